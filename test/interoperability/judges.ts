import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A program that says of the files of a whole journal whether they are intact. None of them shares code with ours. */
export interface Judge {
  readonly name: string;
  /** What it needs and is not there; null when it can be asked. */
  readonly missing: string | null;
  isIntact(files: readonly string[], key: string): Promise<boolean>;
}

const judge = (name: string, missing: string | null, command: () => readonly string[]): Judge => ({
  name,
  missing,
  isIntact: async (files, key) => {
    const [program, ...words] = command();
    const said = await output(program!, [...words, key, ...files]);
    // Not the exit code: a program that breaks down has one, too, and has judged nothing.
    if (said === "intact\n") return true;
    if (said.startsWith("not intact: ")) return false;
    throw new Error(`${name} did not judge: ${said}`);
  },
});

function output(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, words, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}

const runs = (program: string, ...words: string[]) =>
  spawnSync(program, words, { stdio: "ignore" }).status === 0;

// The first that has the library: beside Debian's there may be a python3 of somebody's own.
const python = ["python3", "/usr/bin/python3"].find((name) => runs(name, "-c", "import cryptography"));

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
  const { status, stderr } = spawnSync("go", ["build", "-o", binary, fromHere(source)], { env });
  if (status !== 0 && stderr) console.warn(String(stderr));
  return status === 0 ? binary : null;
}

const go = buildGo("verify.go");
const scripts = fromHere("../../docs/");

export const judges: readonly Judge[] = [
  judge("Go's note and tlog", go ? null : "golang-go, golang-golang-x-mod-dev", () => [go!]),
  judge("Python", python ? null : "python3, python3-cryptography", () => [
    python!,
    join(scripts, "verify.py"),
  ]),
  judge("openssl", runs("openssl", "version") && runs("xxd", "-v") ? null : "openssl, xxd", () => [
    "bash",
    join(scripts, "verify-with-openssl.sh"),
  ]),
];

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

interface Finding {
  readonly verdict: string;
  readonly seq: number | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** What the verifier that is one file has to offer. */
export interface Standalone {
  canonicalJson(value: unknown): string;
  leafHash(leaf: Buffer): Buffer;
  openNote(note: string, keys: readonly unknown[]): readonly string[] | null;
  parseKey(vkey: string): { readonly vkey: string } | null;
  readonly Tree: new () => { append(leafHash: Buffer): void; root(): Buffer };
  verifyJournal(
    paths: readonly string[],
    options: { key: string; now?: number; knownHeads?: string; anchorDirectory?: string },
  ): Promise<{ readonly result: string; readonly findings: readonly Finding[] }>;
}

export const standalonePath = fromHere("../../packages/cli/standalone/verify-journal.mjs");
export const standalone: Standalone = await import(pathToFileURL(standalonePath).href);
