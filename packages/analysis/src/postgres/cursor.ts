import type { Session } from "@openrouter-audit/sink-postgres";
import type { Statement } from "../entries/entry-table.ts";
import { type AnsweredColumn, asAnswered } from "./cells.ts";

/** Rows of a page at most, and about how many bytes: what was fetched is held in memory. */
const mostRows = 2048;
const pageBytes = 1 << 20;

/** What a statement answers: rows as arrays, page by page. */
export interface Answer {
  readonly columns: readonly AnsweredColumn[];
  readonly pages: AsyncIterable<readonly (readonly unknown[])[]>;
}

/** Begins a transaction that sees one moment and cannot write. */
export async function beginReading(session: Session): Promise<void> {
  await session.query("begin isolation level repeatable read read only");
  await session.query(settings);
}

/**
 * No function or operator of others in the place of one of Postgres; where a policy would hide rows, an error; and times as
 * everywhere, whatever the role's are.
 */
export const settings =
  "set local search_path = pg_catalog, pg_temp; set local row_security = off; set local timezone = 'UTC'; " +
  "set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1; set local bytea_output = 'hex'";

/**
 * Asks within a transaction, and fetches rows as they are taken. A cursor of the server's (DECLARE, FETCH), which is plain SQL that every
 * pooler lets through: it needs no package beside `pg`, and takes nothing but one statement that reads.
 */
export async function openCursor(session: Session, { text, values = [] }: Statement): Promise<Answer> {
  // By the extended protocol, which refuses a second statement.
  const declared = `${declare}${text}`;
  await session.run({ text: declared, values: [...values], queryMode: "extended" } as never);
  const fetch = (rows: number) =>
    session.run<never>({ text: `fetch ${rows} from asked`, rowMode: "array", types: asAnswered } as never);
  // The first rows at once: and what the columns are is said with them.
  const first = await fetch(64);
  async function* pages() {
    let rows: readonly (readonly unknown[])[] = first.rows;
    for (let asked = 64; ; ) {
      if (rows.length > 0) yield rows;
      if (rows.length < asked) return;
      asked = pageAfter(rows);
      rows = (await fetch(asked)).rows;
    }
  }
  return { columns: first.fields, pages: pages() };
}

/** What stands before the statement that is asked: an error tells its place in both. */
export const declare = "declare asked no scroll cursor for\n";

/** As many rows as fit, four times as many as before at most: by the longest, for long lines come together. */
function pageAfter(rows: readonly (readonly unknown[])[]): number {
  const longest = Math.max(...rows.map(bytesOf));
  return Math.max(1, Math.min(mostRows, rows.length * 4, Math.floor(pageBytes / Math.max(1, longest))));
}

function bytesOf(row: readonly unknown[]): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === "string" ? cell.length : 8), 0);
}

/** Ends the transaction and gives the connection back. */
export async function endReading(session: Session): Promise<void> {
  try {
    await session.query("rollback");
  } catch {
    // Nothing was written, and the connection is thrown away.
  } finally {
    session.end();
  }
}
