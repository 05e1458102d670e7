import type { SourceLine, WantedLines } from "@openrouter-audit/core";
import { type Beside, besideColumns, contradictionsIn } from "./contradictions.ts";
import type { DayOfLog } from "./days-of-log.ts";
import { Values } from "./filter-sql.ts";
import { isLastPage, lineColumn, type PagedRow, PageSize, pageSql } from "./pages.ts";
import type { Session } from "./session.ts";

/** Rows of one partition, or of what a day has of one log. */
export type Part = { readonly partition: string } | DayOfLog;

type Row = Beside & PagedRow & { readonly line: string };

/**
 * The lines of a part by log and `seq`, page by page along the primary key. The next page is under way while one is looked at.
 */
export async function* storedLines(
  session: Session,
  quotedTable: string,
  part: Part,
  wanted?: WantedLines,
): AsyncGenerator<SourceLine> {
  const size = new PageSize();
  const ask = (last: Row | null) => {
    const { text, values } = pageOf(quotedTable, part, wanted, last, size.rows);
    const asked = size.rows;
    const coming = session.query<Row>(text, values).then((rows) => {
      size.learn(
        rows.length,
        rows.reduce((sum, { line }) => sum + line.length, 0),
      );
      return { rows, isLast: isLastPage(rows, asked) };
    });
    // Said when its turn comes.
    coming.catch(() => undefined);
    return coming;
  };
  let coming = ask(null);
  try {
    for (;;) {
      const { rows, isLast } = await coming;
      if (!isLast) coming = ask(rows.at(-1)!);
      for (const row of rows) {
        const { line, log, seq } = row;
        yield { line, place: { log, seq: Number(seq) }, contradicted: contradictionsIn(line, row) };
      }
      if (isLast) return;
    }
  } finally {
    // One query at a time.
    await coming.catch(() => undefined);
  }
}

function pageOf(
  quotedTable: string,
  part: Part,
  wanted: WantedLines | undefined,
  last: Row | null,
  rows: number,
) {
  const values = new Values();
  const conditions = [...ofPart(part, values), ...ofWanted(wanted, values)];
  // With the day: what is forged may have a place of the log on another one.
  if (last) {
    const place = `${values.add(last.log)}, ${values.add(last.seq)}::bigint, ${values.add(last.day)}::date`;
    conditions.push(`(e.log, e.seq, e.day) > (${place})`);
  }
  // `seq` alone would be the text that is selected, and 10 before 9.
  const text = pageSql({
    columns: `${lineColumn}, ${besideColumns}`,
    from: `${quotedTable} as e where ${conditions.join(" and ")}`,
    order: ["log", "seq", "day"],
    rows,
  });
  return { text, values: values.list };
}

function ofPart(part: Part, values: Values): string[] {
  if ("partition" in part) return [`day = ${values.add(part.partition)}::date`];
  const { log, from, until, partitions } = part;
  return [
    partitions.length === 1
      ? `day = ${values.add(partitions[0])}::date`
      : `day = any(${values.add(partitions)}::date[])`,
    `log = ${values.add(log)}`,
    `seq >= ${values.add(String(from))}::bigint`,
    ...(until === null ? [] : [`seq < ${values.add(String(until))}::bigint`]),
  ];
}

function ofWanted(wanted: WantedLines | undefined, values: Values): string[] {
  if (!wanted) return [];
  if ("id" in wanted) return [`id = ${values.add(wanted.id)}`];
  const { log, seq } = wanted;
  return [
    `log = ${values.add(log)}`,
    ...(seq === undefined ? [] : [`seq = ${values.add(String(seq))}::bigint`]),
  ];
}
