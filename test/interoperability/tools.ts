import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const runs = (program: string, ...words: string[]) =>
  spawnSync(program, words, { stdio: "ignore" }).status === 0;

const built = mkdtempSync(join(tmpdir(), "openrouter-audit-go-"));
export const removeBuilt = () => rmSync(built, { recursive: true });

/** Builds a Go program of this folder with the packages that Debian has, offline. Null when Go or they are not there. */
export function buildGo(source: string): string | null {
  const binary = join(built, source.replace(".go", ""));
  const env = {
    ...process.env,
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
    GOCACHE: process.env.GOCACHE ?? join(process.env.HOME ?? built, ".cache/go-build"),
  };
  const { status, stderr } = spawnSync(
    "go",
    ["build", "-o", binary, fileURLToPath(new URL(source, import.meta.url))],
    { env },
  );
  if (status !== 0 && stderr) console.warn(String(stderr));
  return status === 0 ? binary : null;
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
