import type { AskedTable, Session } from "@openrouter-audit/sink-postgres";
import type { Snapshot, SnapshotOptions, SqlRow, SqlValue, Statement } from "../entries/entry-table.ts";
import { asAnswered } from "./cells.ts";
import { beginReading, endReading, settings } from "./cursor.ts";

/**
 * What the table has at one moment: one connection, one transaction, rolled back in the end. Where the role may, the columns that are asked for are
 * copied once, by as many processes as the server gives, into a temporary table: each question is then answered from a tenth of the
 * bytes. Where it may not (a standby, a role without the right `temporary`), the table itself is asked each time.
 */
export async function openSnapshot(
  table: AskedTable,
  relation: string,
  { columns, computed = {}, where, signal }: Omit<SnapshotOptions, "days">,
): Promise<Snapshot> {
  const session = await table.session(signal);
  let tables = 0;
  const names = [...columns, ...Object.keys(computed)].map(quotedName).join(", ");
  try {
    const selected = [
      ...columns.map((name) => quotedName(name)),
      ...Object.entries(computed).map(([name, sql]) => `${sql} as ${quotedName(name)}`),
    ].join(", ");
    const wanted = where ? ` where (${where.text})` : "";
    const select = `select ${selected} from ${relation} as entries${wanted}`;
    const copied = await mayCopy(session);
    if (copied) {
      await session.query("begin isolation level repeatable read");
      await session.query(`${settings}; ${largeAnswers}`);
      await makeTable(session, "snapshot", { text: select, values: where?.values ?? [] });
    } else {
      await beginReading(session);
      await session.query(largeAnswers);
    }
    const taken = copied ? "pg_temp.snapshot" : `(${withValues(select, where?.values)})`;
    let left = taken;
    return {
      relation: taken,
      unreadable: new Map(),
      ask: (statement) => ask(session, statement),
      keep: async (kept) => {
        if (!copied) return `(${kept})`;
        tables += 1;
        return makeTable(session, `kept_${tables}`, { text: kept });
      },
      replace: async (condition, instead) => {
        const others = instead === undefined ? "" : `select ${names} from ${instead} as kept`;
        if (copied) {
          await session.query(`delete from ${taken} where ${condition}`);
          if (others) await session.query(`insert into ${taken} (${names}) ${others}`);
        } else {
          const rest = `select ${names} from ${left} as entries where not coalesce(${condition}, false)`;
          left = `(${rest}${others && ` union all ${others}`})`;
        }
        return left;
      },
      close: () => endReading(session),
    };
  } catch (error) {
    await endReading(session);
    throw error;
  }
}

/**
 * To sort and group millions of rows. What rows cost to make is not known to the planner, for it does not count what unpacking jsonb takes: so
 * the work is shared where it can be.
 */
const largeAnswers =
  "set local work_mem = '64MB'; set local jit = off; set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0";

async function mayCopy(session: Session): Promise<boolean> {
  const [row] = await session.query<{ may: boolean }>(
    `select has_database_privilege(current_database(), 'TEMPORARY') and not pg_is_in_recovery()
      and current_setting('transaction_read_only') = 'off' as may`,
  );
  return row!.may;
}

/** @returns its name */
async function makeTable(session: Session, name: string, { text, values = [] }: Statement): Promise<string> {
  await ask(session, { text: `create temporary table ${name} on commit drop as ${text}`, values });
  // Nobody else does that for a table that is to be gone so soon.
  await session.query(`analyze pg_temp.${name}`);
  return `pg_temp.${name}`;
}

const quotedName = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function ask<Row extends SqlRow>(session: Session, { text, values = [] }: Statement): Promise<Row[]> {
  const answer = await session.run<Row>({ text, values: [...values], types: asAnswered });
  return answer.rows;
}

/** A statement with its values in it, for where it is a part of others. */
export function withValues(text: string, values: readonly SqlValue[] = []): string {
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (found, index?: string) => {
    return index === undefined ? found : literal(values[Number(index) - 1] ?? null);
  });
}

function literal(value: SqlValue): string {
  if (typeof value !== "string") return String(value);
  // Without a backslash that means something, whatever standard_conforming_strings is.
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
