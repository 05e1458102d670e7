import type { JournalFilter } from "@openrouter-audit/core";
import { conditionsOf, Values } from "./filter-sql.ts";
import { lineColumn, PageSize } from "./pages.ts";
import { queryOnce, type ReadTable } from "./session.ts";

/** A row that the columns say is wanted. */
export interface FoundRow {
  readonly day: string;
  readonly line: string;
}

interface PlacedRow extends FoundRow {
  readonly at: string;
  readonly log: string;
  readonly seq: string;
}

/** From a day to a day, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface PagesOptions {
  readonly table: ReadTable;
  /** In the order in which to read them: a day is one partition. */
  readonly spans: readonly Days[];
  readonly filter: JournalFilter;
  /** Besides the filter. */
  readonly condition?: string;
  /** @default "oldest" */
  readonly first?: "oldest" | "newest";
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows that match by their columns, by `recorded_at`, page by page: each page begins where the one
 * before ended. No connection is held while somebody looks at a page.
 */
export async function* entryPages(options: PagesOptions): AsyncGenerator<FoundRow[]> {
  const { table, spans, signal, first = "oldest" } = options;
  const size = new PageSize();
  for (const span of spans) {
    let last: PlacedRow | null = null;
    do {
      const asked: number = size.rows;
      const { text, values } = pageOf(options, span, last, asked, first);
      const rows: PlacedRow[] = await queryOnce<PlacedRow>(table, signal, text, values);
      size.learn(
        rows.length,
        rows.reduce((sum, { line }) => sum + line.length, 0),
      );
      if (rows.length > 0) yield rows;
      last = rows.length < asked ? null : rows.at(-1)!;
    } while (last);
  }
}

function pageOf(
  { table: { names }, filter, condition }: PagesOptions,
  { from, to }: Days,
  last: PlacedRow | null,
  rows: number,
  first: "oldest" | "newest",
) {
  const values = new Values();
  const isForward = first === "oldest";
  // Of one day only its partition is looked at, and locked.
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
  const order = ["recorded_at", "log", "seq"]
    .map((name) => `e.${name}${isForward ? "" : " desc"}`)
    .join(", ");
  const text = `
select to_char(day, 'YYYY-MM-DD') as day, ${lineColumn}, recorded_at::text as at, log, seq::text as seq from ${names.quotedTable} as e
where ${conditions.join(" and ")}
order by ${order} limit ${rows}`;
  return { text, values: values.list };
}
