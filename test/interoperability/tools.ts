import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const runs = (program: string, ...words: string[]) =>
  spawnSync(program, words, { stdio: "ignore" }).status === 0;

export const python = pythonWith("cryptography");
export const jsonSchema = pythonWith("jsonschema");

/** The first that has the library: beside Debian's there may be a python3 of somebody's own. */
function pythonWith(library: string) {
  const program = ["python3", "/usr/bin/python3"].find((name) => runs(name, "-c", `import ${library}`));
  return { program: program ?? "python3", missing: program ? null : `python3, python3-${library}` };
}

export const lognorm = { missing: runs("sh", "-c", "command -v lognormalizer") ? null : "liblognorm-utils" };

export const openssl = { missing: runs("openssl", "version") && runs("xxd", "-v") ? null : "openssl, xxd" };

export const chromium = {
  program: "/usr/bin/chromium",
  missing: runs("/usr/bin/chromium", "--version") ? null : "chromium",
};

const sumdb = "/usr/share/gocode/src/golang.org/x/mod/sumdb";
export const go = {
  missing: runs("go", "version") && existsSync(sumdb) ? null : "golang-go, golang-golang-x-mod-dev",
};

const built = mkdtempSync(join(tmpdir(), "openrouter-audit-go-"));
export const removeBuilt = () => rmSync(built, { recursive: true });

/** Builds a Go program of this folder with the packages that Debian has, offline. @returns the binary */
export function buildGo(source: string): string {
  const binary = join(built, source.replace(".go", ""));
  const env = {
    ...process.env,
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
    GOCACHE: process.env.GOCACHE ?? join(process.env.HOME ?? built, ".cache/go-build"),
  };
  execFileSync("go", ["build", "-o", binary, fileURLToPath(new URL(source, import.meta.url))], { env });
  return binary;
}

/**
 * `test` when a tool is there. When it is not, the test is skipped, and says so; where CI is set, nothing may be skipped.
 */
export function testWith(missing: string | null): typeof test {
  if (missing === null) return test;
  const said = `Not installed, and so not asked: ${missing}`;
  if (process.env.CI) throw new Error(said);
  console.warn(said);
  return test.skip as typeof test;
}
