import { join } from "node:path";
import { verifyEntryProof } from "@openrouter-audit/core";
import { parseLine } from "@openrouter-audit/core/seal";
import { textIn } from "../bag/bag-files.ts";
import type { PackageProblem } from "../package-problem.ts";
import { linesIn } from "./log-lines.ts";
import { nameOfLog } from "./log-names.ts";

const entriesFile = "data/logs/entries.jsonl";

/** What the proofs of a selection show. */
export interface CheckedProofs {
  readonly entries: number;
  readonly proven: number;
}

/** Checks each line of a selection with its proof. @param unproven those that are said to have none */
export async function checkProofs(
  directory: string,
  files: ReadonlyMap<string, number>,
  unproven: ReadonlyMap<string, string>,
  trusted: readonly string[],
): Promise<{ readonly checked: CheckedProofs; readonly problems: readonly PackageProblem[] }> {
  const problems: PackageProblem[] = [];
  let [entries, proven] = [0, 0];
  if (!files.has(entriesFile)) return { checked: { entries, proven }, problems };
  for await (const { line, entry } of linesIn(join(directory, entriesFile))) {
    const file = `${entriesFile}:${line.number}`;
    const sealed = parseLine(line.bytes);
    if (!entry || !sealed) {
      problems.push({ verdict: "PROOF_FAILED", result: "tampered", file, message: "it is no entry" });
      continue;
    }
    entries += 1;
    const place = `${entry.log}#${entry.seq}`;
    const folder = `data/proofs/${nameOfLog(entry.log)}`;
    const proof = await textIn(directory, `${folder}/${entry.seq}.tlog-proof`, files);
    const delegation = await textIn(directory, `${folder}/delegation.note`, files);
    const shown =
      proof &&
      delegation &&
      verifyEntryProof(
        { entry: sealed.leaf, proof: proof.toString(), delegation: delegation.toString() },
        trusted,
      );
    if (shown?.proven) {
      proven += 1;
      continue;
    }
    const reason = unproven.get(place);
    const message = shown ? `the proof of ${place} does not hold: ${shown.message}` : `${place} has no proof`;
    problems.push(
      reason === undefined
        ? { verdict: "PROOF_FAILED", result: "tampered", file, message }
        : { verdict: "UNPROVEN", result: "incomplete", file, message: `${place} has no proof: ${reason}` },
    );
  }
  return { checked: { entries, proven }, problems };
}
