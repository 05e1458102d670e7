import { join } from "node:path";
import { type ProvenEntry, verifyEntryProof } from "@openrouter-audit/core";
import { EntryProver, parseLine, timeOfUuid } from "@openrouter-audit/core/seal";
import { textIn } from "../bag/bag-files.ts";
import type { Adding } from "../bag/bag-writer.ts";
import { type PackageProblem, tampered } from "../package-problem.ts";
import { dayOf } from "./days.ts";
import { linesIn } from "./log-lines.ts";
import { nameOfLog } from "./log-names.ts";

const folder = "data/checkpoints/later";
const proofEnd = ".tlog-proof";

/** The first line of a log behind the days of a package: its leaf, and that it was sealed. docs/export.md, "Later lines". */
export interface LaterLine {
  readonly log: string;
  readonly seq: number;
  readonly leaf: Buffer;
  readonly proof: string;
  readonly delegation: string;
}

/** Finds them in the later files of a journal. @param last the last day of the package @param trusted the root vkeys */
export async function laterLines(
  directory: string,
  files: readonly string[],
  last: string,
  trusted: readonly string[],
  signal?: AbortSignal,
): Promise<LaterLine[]> {
  const prover = new EntryProver(trusted);
  const firsts = new Map<string, { readonly seq: number; readonly leaf: Buffer }>();
  const covered = new Set<string>();
  for (const file of files) {
    signal?.throwIfAborted();
    for await (const { line, entry } of linesIn(join(directory, file))) {
      if (!entry || covered.has(entry.log)) continue;
      const isFirst = !firsts.has(entry.log);
      if (isFirst && entry.seq === 0 && !mayBeOf(last, entry.log)) {
        covered.add(entry.log);
        continue;
      }
      if (isFirst) firsts.set(entry.log, { seq: entry.seq, leaf: Buffer.from(parseLine(line.bytes)!.leaf) });
      prover.add(entry, { file, line: line.number }, isFirst);
      // What is proven is under this signature, and the rest of the log is no concern of the package.
      if (entry.isSigned) covered.add(entry.log);
    }
  }
  return prover.finish().stretches.flatMap(({ head: { log, delegation }, proofs }) => {
    const first = firsts.get(log)!;
    const own = proofs.find(({ seq }) => seq === first.seq);
    return own ? [{ log, ...first, proof: own.proof, delegation }] : [];
  });
}

/** Whether a log whose first line stands in a later file may have its UUID of that day still. */
function mayBeOf(last: string, origin: string): boolean {
  const begun = timeOfUuid(origin.slice(origin.lastIndexOf("/") + 1));
  return begun === null || dayOf(begun) <= last;
}

export async function addLaterLines(bag: Adding, lines: readonly LaterLine[]): Promise<void> {
  for (const { log, leaf, proof, delegation } of lines) {
    const stem = `${folder}/${nameOfLog(log)}`;
    await bag.add(`${stem}.entry.json`, leaf);
    await bag.add(`${stem}${proofEnd}`, proof);
    await bag.add(`${stem}.delegation.note`, delegation);
  }
}

/** Whether a package has such a file, given all of them. */
export function isOfLaterLines(path: string, files: { has(path: string): boolean }): boolean {
  const [, stem] =
    /^(data\/checkpoints\/later\/[^/]+?)\.(?:entry\.json|tlog-proof|delegation\.note)$/.exec(path) ?? [];
  return stem !== undefined && files.has(`${stem}${proofEnd}`);
}

/** With which `seq` each log goes on, as far as that is proven. */
export function seqsOf(lines: readonly Pick<LaterLine, "log" | "seq">[]): ReadonlyMap<string, number> {
  return new Map(lines.map(({ log, seq }) => [log, seq]));
}

/** Those in a package that prove that a log went on, and what is wrong with the others. */
export async function laterLinesIn(
  directory: string,
  files: ReadonlyMap<string, number>,
  last: string,
  trusted: readonly string[],
): Promise<{ readonly lines: readonly ProvenEntry[]; readonly problems: readonly PackageProblem[] }> {
  const lines: ProvenEntry[] = [];
  const problems: PackageProblem[] = [];
  for (const file of [...files.keys()].filter(
    (path) => path.startsWith(`${folder}/`) && path.endsWith(proofEnd),
  )) {
    const stem = file.slice(0, -proofEnd.length);
    const text = async (path: string) => (await textIn(directory, path, files)) ?? Buffer.of();
    const shown = verifyEntryProof(
      {
        entry: await text(`${stem}.entry.json`),
        proof: (await text(file)).toString(),
        delegation: (await text(`${stem}.delegation.note`)).toString(),
      },
      trusted,
    );
    const flaw = shown.proven ? flawOfPlace(shown, stem, last) : shown.message;
    if (flaw === null) lines.push(shown as ProvenEntry);
    else problems.push(tampered("PROOF_FAILED", file, `it does not prove that a log went on: ${flaw}`));
  }
  return { lines, problems };
}

function flawOfPlace({ log, entry }: ProvenEntry, stem: string, last: string): string | null {
  if (stem !== `${folder}/${nameOfLog(log)}`) return `it is about ${log}`;
  return String(entry.recorded_at).slice(0, 10) > last ? null : `it was recorded on ${last} or earlier`;
}
