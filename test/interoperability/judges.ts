import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGo, go, openssl, python } from "./tools.ts";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A program that says of the files of a whole journal whether they are intact. None of them shares code with ours. */
export interface Judge {
  readonly name: string;
  /** What it needs and is not there; null when it can be asked. */
  readonly missing: string | null;
  isIntact(files: readonly string[], key: string): Promise<boolean>;
  /** What it says of the files of some days, line by line, with the options that name them. */
  ofDays(days: readonly string[], files: readonly string[], key: string): Promise<readonly string[]>;
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
  ofDays: async (days, files, key) => {
    const [program, ...words] = command();
    return (await output(program!, [...words, ...days, key, ...files])).trimEnd().split("\n");
  },
});

function output(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, words, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}

const scripts = fromHere("../../docs/");

let binary: string | undefined;
const verifyGo = () => {
  binary ??= buildGo("verify.go");
  return binary;
};

/** Those that know files of some days. */
export const judgesOfDays: readonly Judge[] = [
  judge("Python", python.missing, () => [python.program, join(scripts, "verify.py")]),
  judge("openssl", openssl.missing, () => ["bash", join(scripts, "verify-with-openssl.sh")]),
];

export const judges: readonly Judge[] = [
  judge("Go's note and tlog", go.missing, () => [verifyGo()]),
  ...judgesOfDays,
];
