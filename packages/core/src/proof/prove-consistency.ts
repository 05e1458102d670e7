import type { NoteVerifier } from "../seal/signed-note.ts";
import type { Journal } from "../verify/given-journal.ts";
import type { LinePosition } from "../verify/verdict.ts";
import { growingConsistency } from "./growing-proof.ts";
import { JournalLines } from "./journal-lines.ts";
import { LogReplay } from "./log-replay.ts";
import { formatCheckpoint, formatConsistency } from "./proof-file.ts";
import { nameOfConsistencyProof } from "./proof-name.ts";
import type { ProveOptions } from "./prove-entry.ts";
import { type Unprovable, unprovable } from "./unprovable.ts";
import { verifyConsistencyProof } from "./verify-consistency-proof.ts";

/** Two signed lines of a log, by the number of entries it had then. */
export interface WantedGrowth {
  readonly log: string;
  readonly oldSize: number;
  readonly newSize: number;
}

/** What shows to others that a log only grew. */
export interface ConsistencyProof extends WantedGrowth {
  readonly proven: true;
  /** What its files are called. */
  readonly name: string;
  readonly files: {
    readonly proof: string;
    readonly delegation: string;
    /** The checkpoint of the first head, for those who kept none. */
    readonly oldCheckpoint: string;
  };
}

/**
 * Makes the consistency proof between two signed lines of a log. Its lines are checked up to the second, and so is the
 * proof.
 *
 * @param journal a journal directory, or files of one; or a store
 * @throws AuditError `JOURNAL_UNREADABLE`; `INVALID_OPTIONS` when the key is no vkey, or that of a source was not given
 */
export async function proveConsistency(
  journal: Journal,
  wanted: WantedGrowth,
  options: ProveOptions = {},
): Promise<ConsistencyProof | Unprovable> {
  const { oldSize, newSize } = wanted;
  if (oldSize < 1 || oldSize > newSize)
    return unprovable("NOT_COVERED", `no log grows from ${oldSize} to ${newSize} entries`);
  return JournalLines.of(journal, 1, options, async (lines) =>
    proveGrowth(lines, wanted, await lines.rootKeys(options.key)),
  );
}

async function proveGrowth(
  lines: JournalLines,
  wanted: WantedGrowth,
  rootKeys: readonly NoteVerifier[],
  everySignature = false,
): Promise<ConsistencyProof | Unprovable> {
  const { log, oldSize, newSize } = wanted;
  const replay = new LogReplay(rootKeys, { size: oldSize, begin: growingConsistency }, everySignature);
  const signed = { old: new NearestSigned(oldSize), new: new NearestSigned(newSize) };
  let oldCheckpoint: string | null = null;
  for await (const next of lines.with({ log })) {
    if (next.entry.log !== log) continue;
    const fits = replay.add(next);
    if (typeof fits !== "boolean") return fits;
    const { chainHash, signature } = next.line;
    if (!fits || signature === "") continue;
    const { size } = replay;
    if (replay.from >= oldSize)
      return unprovable(
        "LINES_MISSING",
        `the lines of entries 0 to ${oldSize - 1} are not there: they begin with entry ${replay.from}`,
        next.at,
      );
    const checkpoint = formatCheckpoint(log, size, chainHash, signature);
    signed.old.add(size, next.at);
    signed.new.add(size, next.at);
    // Somewhere before: a second reading finds where.
    if ((size === oldSize || size === newSize) && replay.flawOfSignature(next))
      return proveGrowth(lines, wanted, rootKeys, true);
    if (size === oldSize) oldCheckpoint = checkpoint;
    if (size > oldSize && oldCheckpoint === null) return signed.old.explain();
    if (size > newSize) return signed.new.explain();
    if (size !== newSize || oldCheckpoint === null) continue;
    const proof = formatConsistency({ number: oldSize, hashes: replay.proof ?? [], checkpoint });
    const files = { proof, delegation: replay.delegation };
    const check = verifyConsistencyProof(
      { ...files, old: { checkpoint: oldCheckpoint } },
      rootKeys.map(({ vkey }) => vkey),
    );
    if (!check.proven) throw new Error(`A proof that proves nothing was made: ${check.message}.`);
    const name = nameOfConsistencyProof(log, oldSize, newSize);
    return { proven: true, name, log, oldSize, newSize, files: { ...files, oldCheckpoint } };
  }
  if (replay.size === 0) return unprovable("NOT_FOUND", `no entry is of the log ${log}`);
  return (oldCheckpoint === null ? signed.old : signed.new).explain();
}

/** The signed lines before and after a size, for whoever asked for one that has none. */
class NearestSigned {
  readonly #wanted: number;
  #before: number | null = null;
  #after: number | null = null;
  #at: LinePosition | null = null;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(size: number, at: LinePosition): void {
    if (size <= this.#wanted) this.#before = size;
    else this.#after ??= size;
    this.#at = at;
  }

  explain(): Unprovable {
    const near = [this.#before, this.#after].filter((size) => size !== null).join(" and ");
    const what = `the log has no signed line at size ${this.#wanted}`;
    return unprovable("NOT_COVERED", near ? `${what}; the nearest are ${near}` : what, this.#at);
  }
}
