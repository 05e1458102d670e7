import { join } from "node:path";
import { EntryProofs, parseLine } from "@openrouter-audit/core/seal";
import { textIn } from "../bag/bag-files.ts";
import { countedBytes, type OnBytes } from "../counted-bytes.ts";
import { noEntryOf } from "../exported-package.ts";
import type { GivenPackage } from "../given-package.ts";
import { type PackageProblem, tampered } from "../package-problem.ts";
import { linesIn } from "./log-lines.ts";
import { nameOfLog } from "./log-names.ts";
import { isActOnLog } from "./selection.ts";

const entriesFile = "data/logs/entries.jsonl";

/** What the proofs of a selection show. */
export interface CheckedProofs {
  readonly entries: number;
  readonly proven: number;
}

/** Checks each line of a selection: whether it was asked for, and its proof. docs/export.md, "Verification" */
export async function checkProofs(
  { directory, files, claims, trusted }: GivenPackage,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: OnBytes<"verifying"> },
): Promise<{ readonly checked: CheckedProofs; readonly problems: readonly PackageProblem[] }> {
  const problems: PackageProblem[] = [];
  const { wanted, since, until, unproven: without } = claims;
  const unproven = new Map(without?.map(({ log, seq, reason }) => [`${log}#${seq}`, reason]));
  const users = new Set<unknown>(wanted?.users);
  const [from, to] = [since.toISOString(), until.toISOString()];
  const unread = new Set([...files.keys()].filter((file) => file.startsWith("data/proofs/")));
  const seen = new Set<string>();
  const found = new Set<unknown>();
  // One head proves many entries.
  const proofs = new EntryProofs(trusted);
  const delegations = new Map<string, Buffer | null>();
  const read = countedBytes(onProgress, "verifying", files.get(entriesFile) ?? 0);
  let [entries, proven] = [0, 0];
  if (!files.has(entriesFile)) {
    problems.push(tampered("FILE_MISSING", entriesFile, "a selection has it, and this one has not"));
    return { checked: { entries, proven }, problems };
  }
  for await (const { line, entry } of linesIn(join(directory, entriesFile))) {
    signal?.throwIfAborted();
    read(line.bytes.length + 1);
    const file = `${entriesFile}:${line.number}`;
    const sealed = parseLine(line.bytes);
    if (!entry || !sealed) {
      problems.push({ verdict: "PROOF_FAILED", result: "tampered", file, message: "it is no entry" });
      continue;
    }
    entries += 1;
    const place = `${entry.log}#${entry.seq}`;
    const folder = `data/proofs/${nameOfLog(entry.log)}`;
    if (seen.has(place)) problems.push(tampered("COUNTS_DIFFER", file, `${place} is there twice`));
    seen.add(place);
    found.add(entry.entry.user_id);
    if (!users.has(entry.entry.user_id) || entry.recordedAt < from || entry.recordedAt >= to)
      problems.push(tampered("COUNTS_DIFFER", file, `${place} is of another user or time than was selected`));
    if (wanted?.form === "subject" && isActOnLog(entry.eventType))
      problems.push(tampered("COUNTS_DIFFER", file, `${place} is an act on the log, and may name others`));
    for (const name of [`${entry.seq}.tlog-proof`, "delegation.note"]) unread.delete(`${folder}/${name}`);
    const proof = await textIn(directory, `${folder}/${entry.seq}.tlog-proof`, files);
    if (!delegations.has(folder))
      delegations.set(folder, await textIn(directory, `${folder}/delegation.note`, files));
    const delegation = delegations.get(folder);
    const shown =
      proof &&
      delegation &&
      proofs.verify({ entry: sealed.leaf, proof: proof.toString(), delegation: delegation.toString() });
    if (shown?.proven) {
      proven += 1;
      continue;
    }
    // What has a proof that does not hold is not without one.
    const reason = proof ? undefined : unproven.get(place);
    const message = shown ? `the proof of ${place} does not hold: ${shown.message}` : `${place} has no proof`;
    problems.push(
      reason === undefined
        ? { verdict: "PROOF_FAILED", result: "tampered", file, message }
        : { verdict: "UNPROVEN", result: "incomplete", file, message: `${place} has no proof: ${reason}` },
    );
  }
  for (const user of wanted?.users ?? [])
    if (!found.has(user))
      problems.push({
        verdict: "NO_ENTRY",
        result: "intact",
        file: null,
        message: noEntryOf(user),
      });
  for (const file of unread)
    problems.push(tampered("FILE_FOREIGN", file, "it proves no entry of this package"));
  for (const place of unproven.keys())
    if (!seen.has(place))
      problems.push(
        tampered("COUNTS_DIFFER", "data/reports/population.json", `it names ${place}, which is not there`),
      );
  return { checked: { entries, proven }, problems };
}
