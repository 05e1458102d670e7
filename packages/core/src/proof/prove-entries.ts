import { verifierOf } from "../seal/signed-note.ts";
import type { EntryLine } from "../verify/entry-line.ts";
import type { LinePosition } from "../verify/verdict.ts";
import { LogProver } from "./log-prover.ts";
import type { ProvenStretch } from "./proven-stretch.ts";
import type { UnprovenEntry } from "./unprovable.ts";

/**
 * Makes the proofs of many entries in one reading of a journal: each leads to the newest signed line of its log at hand. For one
 * entry, `proveEntry` does with less.
 */
export class EntryProver {
  readonly #rootKeys;
  readonly #logs = new Map<string, LogProver>();

  /** @param trusted the root vkeys that may have certified a log */
  constructor(trusted: readonly string[]) {
    this.#rootKeys = trusted.map((vkey) => verifierOf(vkey)!);
  }

  /** The next line of a journal, in the order in which its files are read. */
  add(line: EntryLine, at: LinePosition, isWanted: boolean): void {
    let prover = this.#logs.get(line.log);
    if (!prover) {
      prover = new LogProver(line.log, this.#rootKeys);
      this.#logs.set(line.log, prover);
    }
    prover.add(line, at, isWanted);
  }

  /** All proofs, and the entries that have none; by log and `seq`. It is of no use afterwards. */
  finish(): { readonly stretches: readonly ProvenStretch[]; readonly unproven: readonly UnprovenEntry[] } {
    const logs = [...this.#logs.values()].sort((a, b) => (a.log < b.log ? -1 : 1));
    const finished = logs.map((log) => log.finish());
    return {
      stretches: finished.flatMap(({ stretches }) => stretches),
      unproven: finished.flatMap(({ unproven }) => unproven),
    };
  }
}
