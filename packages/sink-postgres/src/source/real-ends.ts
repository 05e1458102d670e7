import type { AuditEntry } from "@openrouter-audit/core";
import { queryOnce, type ReadTable } from "./session.ts";

/**
 * Which of the ends that were written for processes thought dead count: a process that could only be judged by its silence may
 * have gone on, and written the real end of its call. See docs/entry-format.md, "Starts".
 */
export class RealEnds {
  readonly #table: ReadTable;
  readonly #fromDay: string;
  readonly #signal: AbortSignal | undefined;
  /** Exchanges that have a real end, or of which such an end was shown. */
  readonly #done = new Set<string>();

  constructor(table: ReadTable, fromDay: string, signal: AbortSignal | undefined) {
    this.#table = table;
    this.#fromDay = fromDay;
    this.#signal = signal;
  }

  /** Finds the real ends of the exchanges of such ends. All entries of an exchange have one `timestamp`, which has an index. */
  async learn(presumed: readonly AuditEntry[]): Promise<void> {
    if (presumed.length === 0) return;
    const text = `
select distinct exchange_id from ${this.#table.names.quotedTable}
where day >= $1::date and "timestamp" = any($2::timestamptz[]) and exchange_id = any($3::text[])
and event_type is distinct from 'call_started'
and not coalesce(status = 'unknown' and error_type = 'process_ended', false)`;
    const times = [...new Set(presumed.map(({ timestamp }) => timestamp))].filter((time) =>
      timeForm.test(time),
    );
    const exchanges = presumed.map(({ exchange_id }) => exchange_id);
    const found = await queryOnce<{ exchange_id: string }>(this.#table, this.#signal, text, [
      this.#fromDay,
      times,
      exchanges,
    ]);
    for (const { exchange_id } of found) this.#done.add(exchange_id);
  }

  /** Whether such an end counts: there is no real one, and it was not asked for before. */
  counts({ exchange_id }: AuditEntry): boolean {
    if (exchange_id === null) return true;
    const counts = !this.#done.has(exchange_id);
    this.#done.add(exchange_id);
    return counts;
  }
}

/** Nobody has verified the line: any member may be anything. */
const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
