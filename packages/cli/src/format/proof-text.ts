import type { ConsistencyProof, EntryProof } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { shellWord } from "./shell-word.ts";
import { visible } from "./visible.ts";

const handOver =
  "Hand over these files. Whoever was given the public key another way checks them, without the journal, with";

/** What the proof of an entry is, where it was written, and what to do with it. */
export function entryProofText(
  { id, log, seq, size, others }: EntryProof,
  paths: readonly string[],
  stem: string,
  colors: Colors,
): string {
  const contents = [
    "the entry, as it was sealed",
    "position, hashes, signed checkpoint",
    "the log's key, certified",
  ];
  return textOf([
    `${colors.bold(colors.green("PROOF"))}  entry ${visible(id)} was sealed`,
    "",
    `  log       ${visible(log)}`,
    `  position  ${seq}, covered by the signature at size ${size}`,
    ...others.map((other) => `  also at   ${visible(`${other.log}#${other.seq}: ${other.message}`)}`),
    "",
    ...filesWith(paths, contents),
    "",
    handOver,
    "",
    `    openrouter-audit verify-proof ${visible(shellWord(stem))} --key <KEY>`,
  ]);
}

/** The same of a consistency proof. */
export function consistencyProofText(
  { log, oldSize, newSize }: ConsistencyProof,
  paths: readonly string[],
  stem: string,
  colors: Colors,
): string {
  const contents = [
    "the hashes, and the signed checkpoint of the second head",
    "the log's key, certified",
    "the first head, for who kept none",
  ];
  return textOf([
    `${colors.bold(colors.green("PROOF"))}  from ${oldSize} to ${newSize} entries the log only grew`,
    "",
    `  log  ${visible(log)}`,
    "",
    ...filesWith(paths, contents),
    "",
    handOver,
    "",
    `    openrouter-audit verify-proof ${visible(shellWord(stem))} --key <KEY> --old <the root or checkpoint they noted>`,
  ]);
}

function filesWith(paths: readonly string[], contents: readonly string[]): string[] {
  const shown = paths.map((path) => visible(path));
  const width = Math.max(...shown.map(({ length }) => length));
  return shown.map(
    (path, index) =>
      `  ${path.padEnd(width)}  ${contents[index] ?? "a key that took over from another, signed by both"}`,
  );
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
