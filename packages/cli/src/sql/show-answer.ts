import type { SqlAnswer, SqlCell } from "@openrouter-audit/analysis";
import { many } from "../format/amounts.ts";
import { answerColumns, answerCsv, answerJson } from "../format/answer-rows.ts";
import { fitColumns, tableLines } from "../format/table.ts";
import { tableLimit } from "../show-rows.ts";
import type { Terminal } from "../terminal.ts";
import { linesOf, writeLines } from "../write-lines.ts";

/** How to show an answer. */
export interface AnswerFlags {
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly wide?: boolean;
}

type Row = readonly SqlCell[];

/** Writes the rows in the order they come in: a table of the first, or all of them, each a line. */
export async function showAnswer(
  { columns, rows }: SqlAnswer,
  flags: AnswerFlags,
  terminal: Terminal,
): Promise<void> {
  const { limit, json, csv, wide } = flags;
  if (json) return writeLines(terminal.stdout, linesOf(firstOf(rows, limit), answerJson(columns)));
  if (csv) {
    const { head, line } = answerCsv(columns);
    return writeLines(terminal.stdout, linesOf(firstOf(rows, limit), line, head));
  }
  const { colors, stdout, stderr } = terminal;
  const shown: Row[] = [];
  // One more, to know whether there are more.
  for await (const row of firstOf(rows, (limit ?? tableLimit) + 1)) shown.push(row);
  const isAll = shown.length <= (limit ?? tableLimit);
  if (!isAll) shown.pop();
  if (shown.length === 0) {
    stderr.write("No rows.\n");
    return;
  }
  const width = wide ? Number.POSITIVE_INFINITY : terminal.width;
  const fitted = fitColumns(answerColumns(columns), shown, { colors, width });
  stdout.write(`${tableLines(fitted, shown, colors).join("\n")}\n`);
  const left = columns.length - fitted.length;
  if (left > 0 && !wide)
    stderr.write(
      `${many(left, "column")} left out, as there is no room or nothing in it: --wide shows more.\n`,
    );
  if (!isAll && limit === undefined)
    stderr.write(
      `These are the first ${shown.length} rows; there are more: --limit shows them, --json and --csv give all.\n`,
    );
}

async function* firstOf(rows: AsyncIterable<Row>, limit: number | undefined): AsyncGenerator<Row> {
  let taken = 0;
  for await (const row of rows) {
    yield row;
    taken += 1;
    if (taken === limit) return;
  }
}
