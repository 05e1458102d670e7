import { execFile, spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { version } from "../src/version.ts";
import { journalFile, newDirectory, sampleJournal } from "./sample-journal.ts";

const manifest = JSON.parse(readFileSync("packages/cli/package.json", "utf8")) as { bin: object };
const [[name, path]] = Object.entries(manifest.bin) as [[string, string]];
const bin = resolve("packages/cli", path);
const run = promisify(execFile);
const env = { PATH: process.env.PATH };

beforeAll(() => {
  if (!existsSync("packages/cli/dist/bin.js")) throw new Error("Build first: npx tsc -b");
});

test("the built program verifies a journal, and its exit code is the verdict", async () => {
  const directory = await sampleJournal((call) => call("ada", "openai/gpt-4o-mini"));
  const { stdout } = await run(process.execPath, [bin, "verify", directory], { env });
  expect(stdout).toMatch(/^INTACT/);
  journalFile(directory).rewrite((lines) => lines.map((line) => line.replace('"ada"', '"eve"')));
  await expect(run(process.execPath, [bin, "verify", directory], { env })).rejects.toMatchObject({ code: 1 });
  await expect(run(process.execPath, [bin, "verify", "/nowhere"], { env })).rejects.toMatchObject({
    code: 3,
  });
});

test("it begins with the line that makes it a program, and npm links it in a clone where nothing is built", async () => {
  expect(readFileSync(bin, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(path).not.toMatch(/dist/);
  const { stdout } = await run(resolve("node_modules/.bin", name), ["--version"], { env });
  expect(stdout).toBe(`${version}\n`);
});

test("a secret is written to a file although node has an option that looks alike", async () => {
  const file = join(newDirectory(), ".env");
  await run(process.execPath, [bin, "init", "--dotenv", file], { env });
  expect(readFileSync(file, "utf8")).toMatch(/^OPENROUTER_AUDIT_SECRET=/);
});

test("a reader that has seen enough ends the output quietly", async () => {
  const directory = await sampleJournal((call) => call("ada", "openai/gpt-4o-mini"));
  const { path, lines } = journalFile(directory);
  // More than a pipe holds, each entry under an id of its own.
  for (let index = 0; index < 2000; index += 1) {
    const id = String(index).padStart(12, "0");
    appendFileSync(path, `${lines[1]!.replace(/("id":"[0-9a-f-]{24})[0-9a-f]{12}"/, `$1${id}"`)}\n`);
  }
  const shell = `"${process.execPath}" "${bin}" query "${directory}" --json; echo "exit $?" >&2`;
  const piped = await run("/bin/sh", ["-c", `(${shell}) | head -n 1`], { env });
  expect(piped.stdout.trim().split("\n")).toHaveLength(1);
  expect(piped.stderr).toBe("exit 0\n");
});

test("tail -f ends on SIGINT with 0", async () => {
  const directory = await sampleJournal((call) => call("ada", "openai/gpt-4o-mini"));
  const child = spawn(process.execPath, [bin, "tail", directory, "-f"], { env });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGINT");
  expect(await ended).toEqual({ code: 0, signal: null });
});
