import { type AuditEntry, isProcessEnded } from "@openrouter-audit/core";
import type { SqlRow } from "../entries/entry-table.ts";
import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { microsecondsOf } from "../entries/time-text.ts";
import type { Asking } from "./asking.ts";

/**
 * Which of the ends that were written for processes thought dead count: a process that could only be judged by its silence may have gone
 * on, and written the real end of its call. See docs/entry-format.md, "Starts".
 */
export class RealEnds {
  readonly #asking: Asking;
  readonly #days: readonly string[];
  /** Exchanges with a presumed end and a real one, among those of `#from` and the days after it. */
  #known: ReadonlySet<string> = new Set();
  #from: string | null = null;

  constructor(asking: Asking, days: readonly string[]) {
    this.#asking = asking;
    this.#days = days;
  }

  /** Whether an entry counts: it is no such end, or there is no real one. */
  async counts(entry: AuditEntry): Promise<boolean> {
    if (!isProcessEnded(entry) || typeof entry.exchange_id !== "string") return true;
    // A call is recorded after it began, and both ends of it say when that was.
    const from = microsecondsOf(entry.timestamp)?.slice(0, 10) ?? "";
    if (this.#from === null || from < this.#from) await this.#learn(from);
    return !this.#known.has(entry.exchange_id);
  }

  /** Once for all, as a rule: such ends are few, and files would be read for each. */
  async #learn(from: string): Promise<void> {
    this.#from = from;
    const days = this.#days.filter((day) => day >= from);
    // Its time is one of days to come.
    if (days.length === 0) return;
    const relation = this.#asking.table.relation(days);
    const rows = this.#asking.askAll<SqlRow & { exchange_id: string }>(
      `select distinct exchange_id from ${relation} as entries
where exchange_id in (select exchange_id from ${relation} as entries where ${isPresumedEnd()})
and ${isRealEnd()}`,
    );
    const known = new Set<string>();
    for await (const { exchange_id } of rows) known.add(exchange_id);
    this.#known = known;
  }
}
