import { AuditError } from "@openrouter-audit/core";
import type { Session } from "@openrouter-audit/sink-postgres";
import { daysSince } from "../entries/days.ts";
import { type AnsweredColumn, asAnswered, typeIds } from "../postgres/cells.ts";
import { type Answer, beginReading, declare, endReading, openCursor } from "../postgres/cursor.ts";
import type { PostgresEntries } from "../postgres/postgres-table.ts";
import { answerOf, numberOf, type SqlAnswer, type SqlCell, type SqlColumn, type SqlType } from "./answer.ts";
import { postgresCalls, postgresViews } from "./postgres-views.ts";
import type { SqlOptions } from "./sql-options.ts";
import { mentions, type ReadingStatement, refused } from "./statement.ts";
import { takesParameters, wrongStatement } from "./wrong-statement.ts";

/** Answers in one transaction that only reads, and sees one moment. */
export async function askPostgresTable(
  table: PostgresEntries,
  statement: ReadingStatement,
  { signal, ...period }: SqlOptions,
): Promise<SqlAnswer> {
  // It has no FROM without SELECT, and nothing of these.
  if (["from", "describe", "desc", "show", "summarize"].includes(statement.verb)) throw refused();
  const days = daysSince(await table.days(signal), period.since);
  const session = await table.table.session(signal);
  const views = postgresViews(table.relation(days), period);
  const sent = sentText(statement, asksCalls(statement) ? `${views},\n${postgresCalls}` : views);
  try {
    await beginReading(session);
    const answer = await inWords(statement, sent, () =>
      statement.explain === "" ? openCursor(session, { text: sent.text }) : explain(session, sent.text),
    );
    const cells = answer.columns.map(({ dataTypeID }) => cellOf(dataTypeID));
    async function* rows() {
      const pages = answer.pages[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await inWords(statement, sent, () => pages.next());
        if (done) return;
        for (const row of value) yield row.map((cell, index) => cells[index]!(cell));
      }
    }
    return answerOf(answer.columns.map(columnOf), rows(), () => endReading(session), 0);
  } catch (error) {
    await endReading(session);
    throw error;
  }
}

/** Whether a statement may ask the view `calls`: it names it, and has no common table of that name itself. */
function asksCalls(statement: ReadingStatement): boolean {
  const own = /"?\bcalls\b"?\s*(?:\([^()]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s*)?\(/i;
  return mentions(statement, "calls") && !own.test(statement.text.replaceAll(comments, " "));
}

const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g;

interface SentText {
  readonly text: string;
  /** What stands before the person's own, with what the cursor puts there. */
  readonly before: string;
  /** Where that begins in what the person wrote. */
  readonly from: number;
}

/** The views are common tables of the statement itself: so nothing has to be made, which a role that only reads may not. */
function sentText({ text, explain, bodyAt, withAt }: ReadingStatement, views: string): SentText {
  const from = withAt ?? bodyAt;
  const head = `${explain}${explain && " "}with recursive ${views}${withAt === null ? "\n" : ",\n"}`;
  return { text: head + text.slice(from), before: (explain === "" ? declare : "") + head, from };
}

async function explain(session: Session, text: string): Promise<Answer> {
  const query = { text, rowMode: "array", types: asAnswered, queryMode: "extended" } as never;
  const { fields, rows } = await session.run<never>(query);
  async function* pages() {
    yield rows as readonly unknown[][];
  }
  return { columns: fields, pages: pages() };
}

/** Says of an error what the person can do about it: whose statement it was. */
async function inWords<T>({ text }: ReadingStatement, sent: SentText, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof AuditError ? error.cause : null;
    const { code, message, hint, position } = (cause ?? {}) as Record<string, string | undefined>;
    if (code === "08P01" && /parameter/.test(message!)) throw takesParameters(text, cause);
    if (code === undefined || !isOfStatement(code)) throw error;
    const said = [message!.replace(/\.$/, ""), hint?.replace(/\.$/, "")].filter(Boolean).join(". ");
    throw wrongStatement(text, said, placeIn(sent, position), cause);
  }
}

/** Classes of SQLSTATE: of syntax, names and rights (the table itself was read before), data, what is not supported, cardinality, limits; what a transaction that reads refuses. */
function isOfStatement(code: string): boolean {
  return /^(?:42|22|0A|21|54|25006|2F|P0)/.test(code);
}

/** Postgres counts characters of what was sent, from 1. */
function placeIn({ text, before, from }: SentText, position: string | undefined): number | null {
  if (position === undefined) return null;
  const sentBefore = before.length - (before.startsWith(declare) ? declare.length : 0);
  const all = [...before.slice(0, before.length - sentBefore), ...text];
  const units = all.slice(0, Number(position) - 1).join("").length;
  return units < before.length ? null : from + units - before.length;
}

const types: Readonly<Record<number, SqlType>> = {
  [typeIds.boolean]: "boolean",
  [typeIds.int2]: "integer",
  [typeIds.int4]: "integer",
  [typeIds.int8]: "integer",
  [typeIds.float4]: "number",
  [typeIds.float8]: "number",
  [typeIds.numeric]: "number",
  [typeIds.date]: "date",
  [typeIds.timestamp]: "time",
  [typeIds.timestamptz]: "time",
  [typeIds.json]: "json",
  [typeIds.jsonb]: "json",
  [typeIds.text]: "text",
  [typeIds.varchar]: "text",
  [typeIds.unknown]: "text",
};

const columnOf = ({ name, dataTypeID }: AnsweredColumn): SqlColumn => ({
  name,
  type: types[dataTypeID] ?? "other",
});

function cellOf(type: number): (cell: unknown) => SqlCell {
  const isNumeric = type === typeIds.numeric;
  return (cell) => {
    if (isNumeric && cell !== null) return numberOf(String(cell));
    // NaN and the infinities are no numbers of JSON.
    return typeof cell === "number" && !Number.isFinite(cell) ? String(cell) : (cell as SqlCell);
  };
}
