import type { EntryFilter, EntryTable, QueryOptions } from "@openrouter-audit/analysis";
import type { AuditEntry } from "@openrouter-audit/core";
import type { Analysis } from "../analysis/load-analysis.ts";
import { daysText } from "../format/days-text.ts";
import { entryView } from "../format/entry-view.ts";
import { daysProgressOn } from "../progress.ts";
import { reportMissing } from "../report-missing.ts";
import { reportSkipped } from "../report-skipped.ts";
import { isTable, type ShowFlags, tableLimit, writeRows, writeTable } from "../show-rows.ts";
import type { Terminal } from "../terminal.ts";

/** How to search, and how to show what is found. */
export interface SearchFlags extends ShowFlags {
  readonly order?: string;
  readonly cursor?: string;
}

/** Shows the entries of a table that a filter wants: all as they are found, or a page of them. */
export async function searchEntries(
  table: EntryTable,
  filter: EntryFilter,
  analysis: Analysis,
  flags: SearchFlags,
  terminal: Terminal & { readonly signal: AbortSignal },
): Promise<void> {
  const gaps: AuditEntry[] = [];
  let skipped = 0;
  const progress = daysProgressOn(terminal.stderr, "searching");
  const closed = new AbortController();
  const options: QueryOptions = {
    onGap: (gap) => gaps.push(gap),
    onSkipped: () => {
      skipped += 1;
    },
    onProgress: progress.report,
    signal: AbortSignal.any([terminal.signal, closed.signal]),
  };
  const { limit, order, cursor } = flags;
  try {
    if (limit === undefined && cursor === undefined && !isTable(flags)) {
      const found = analysis.query(table, filter, { ...options, order });
      const rows = endedOnFirst(found, progress.end);
      await writeRows(rows, entryView, flags, terminal, () => closed.abort());
    } else {
      const page = await analysis.queryPage(table, filter, {
        ...options,
        order: order ?? "-recorded_at",
        limit: limit ?? tableLimit,
        cursor,
      });
      progress.end();
      // The newest are looked for, and shown as they came.
      const entries = order === undefined ? [...page.entries].reverse() : page.entries;
      await showPage(entries, flags, terminal);
      if (entries.length === 0 && isTable(flags))
        terminal.stderr.write(`The log has ${daysText(await table.days(terminal.signal))}.\n`);
      if (page.next !== null)
        terminal.stderr.write(`${furtherText(page.entries.length, page.next, flags, terminal.colors)}\n`);
    }
  } finally {
    progress.end();
  }
  reportMissing(gaps, terminal.stderr);
  reportSkipped(skipped, terminal.stderr);
}

async function showPage(rows: readonly AuditEntry[], flags: ShowFlags, terminal: Terminal): Promise<void> {
  if (isTable(flags)) writeTable(rows, entryView, flags, terminal);
  else await writeRows(each(rows), entryView, flags, terminal);
}

/** A place is long, so that it is told only to who asks for pages, and does not stand out. */
function furtherText(
  shown: number,
  next: string,
  { order, limit, cursor }: SearchFlags,
  { dim }: Terminal["colors"],
): string {
  const which = order === undefined ? "newest" : "first";
  const extent = cursor === undefined ? `the ${which} ${shown}` : String(shown);
  if (limit === undefined && cursor === undefined)
    return `These are ${extent}; there are more, which --limit shows.`;
  return `These are ${extent}; there are more. The next ones, with the same conditions: ${dim(`--cursor ${next}`)}`;
}

/** A bar may not stand between lines. */
async function* endedOnFirst<T>(all: AsyncIterable<T>, end: () => void): AsyncGenerator<T> {
  for await (const one of all) {
    end();
    yield one;
  }
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}
