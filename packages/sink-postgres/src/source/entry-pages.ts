import type { JournalFilter } from "@openrouter-audit/core";
import { conditionsOf, Values } from "./filter-sql.ts";
import { isLastPage, lineColumn, type PagedRow, PageSize, pageSql } from "./pages.ts";
import { queryOnce, type ReadTable } from "./session.ts";

/** A row that the columns say is wanted. */
export interface FoundRow {
  readonly day: string;
  readonly line: string;
}

interface PlacedRow extends FoundRow, PagedRow {
  readonly at: string;
  readonly log: string;
  readonly seq: string;
}

/** How many days are asked for at once where few rows match, at most: what is found is sorted. */
const mostAtOnce = 32;
const fewRows = 64;

export interface PagesOptions {
  readonly table: ReadTable;
  /** In the order in which to read them. */
  readonly days: readonly string[];
  readonly filter: JournalFilter;
  /** Besides the filter. */
  readonly condition?: string;
  /** @default "oldest" */
  readonly first?: "oldest" | "newest";
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows that match by their columns, by `recorded_at`, page by page: each page begins where the one
 * before ended. A day, which is one partition, at a time; where few rows match, more and more days. No connection is held while somebody looks at a page.
 */
export async function* entryPages(options: PagesOptions): AsyncGenerator<FoundRow[]> {
  const { table, days, signal, first = "oldest" } = options;
  const size = new PageSize();
  let atOnce = 1;
  for (let begin = 0; begin < days.length; ) {
    const span = days.slice(begin, begin + atOnce);
    let found = 0;
    let last: PlacedRow | null = null;
    do {
      const asked: number = size.rows;
      const { text, values } = pageOf(options, span, last, asked, first);
      const rows: PlacedRow[] = await queryOnce<PlacedRow>(table, signal, text, values);
      size.learn(
        rows.length,
        rows.reduce((sum, { line }) => sum + line.length, 0),
      );
      found += rows.length;
      if (rows.length > 0) yield rows;
      last = isLastPage(rows, asked) ? null : rows.at(-1)!;
    } while (last);
    begin += span.length;
    atOnce = found < fewRows ? Math.min(mostAtOnce, atOnce * 2) : 1;
  }
}

function pageOf(
  { table: { names }, filter, condition }: PagesOptions,
  span: readonly string[],
  last: PlacedRow | null,
  rows: number,
  first: "oldest" | "newest",
) {
  const values = new Values();
  const isForward = first === "oldest";
  // Only the partitions of these days are looked at, and locked.
  const [from, to] = [span[0]!, span.at(-1)!].sort();
  const ofDays =
    from === to
      ? `day = ${values.add(from)}::date`
      : `day between ${values.add(from)}::date and ${values.add(to)}::date`;
  const conditions = [ofDays, ...conditionsOf(filter, values)];
  if (condition) conditions.push(condition);
  if (last) {
    const place = `${values.add(last.at)}::timestamptz, ${values.add(last.log)}, ${values.add(last.seq)}::bigint`;
    conditions.push(`(recorded_at, log, seq) ${isForward ? ">" : "<"} (${place})`);
  }
  const text = pageSql({
    columns: `to_char(day, 'YYYY-MM-DD') as day, ${lineColumn}, recorded_at::text as at, log, seq::text as seq`,
    from: `${names.quotedTable} as e where ${conditions.join(" and ")}`,
    order: ["recorded_at", "log", "seq"],
    isBackwards: !isForward,
    rows,
  });
  return { text, values: values.list };
}
