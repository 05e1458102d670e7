import type { JournalVerification, LogVerification } from "@openrouter-audit/core";
import { type Cut, isProvenHead, type NoteVerifier, verifierOf } from "@openrouter-audit/core/seal";
import type { JournalFileFacts } from "./file-facts.ts";
import type { LogInFile } from "./log-trees.ts";

/** Where the deletion of a file cuts its logs. docs/seal.md, "Tombstones". */
export type PlannedCut = Omit<Cut, "deletedAt" | "ofTable">;

/** What the verification of a journal says of its logs. */
export class VerifiedLogs {
  readonly #logs: ReadonlyMap<string, LogVerification>;
  readonly #rootKeys: readonly NoteVerifier[];

  constructor({ logs, trusted }: JournalVerification) {
    this.#logs = new Map(logs.map((log) => [log.log, log]));
    this.#rootKeys = trusted.map((vkey) => verifierOf(vkey)!);
  }

  isTampered(log: string): boolean {
    return this.#logs.get(log)?.result === "tampered";
  }

  /** The cuts that the deletion of a file takes; or why a log cannot be cut there. */
  cutsOf({ logs }: Pick<JournalFileFacts, "logs">): readonly PlannedCut[] | string {
    const cuts: PlannedCut[] = [];
    for (const each of logs) {
      const cut = this.#cutOf(each);
      if (typeof cut === "string") return cut;
      if (cut) cuts.push(cut);
    }
    return cuts;
  }

  /** Null when only lines of it go that prove nothing: no signature covers them. */
  #cutOf({ log, signed, size, unsigned, provable }: LogInFile): PlannedCut | string | null {
    const whole = this.#logs.get(log)?.head ?? null;
    if (!provable) return `what it holds of ${log} cannot be proven from its lines`;
    if (unsigned > 0 && whole && whole.size > size)
      return `no signature in it covers its last ${unsigned} lines of ${log}, which goes on in a later file`;
    if (!signed) return null;
    const { frontier, newest, chainHash: chain_hash, signature } = signed;
    if (!whole) return `no signature of ${log} was verified`;
    const { log_key, delegation } = whole;
    const head = { log, size, chain_hash, signature, log_key, delegation };
    if (!isProvenHead(head, this.#rootKeys)) return `what it holds of ${log} is not what was verified`;
    return { log, size, frontier, newest, closed: size >= whole.size, head };
  }
}
