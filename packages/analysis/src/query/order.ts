import { AuditError } from "@openrouter-audit/core";
import { columnOf, type EntryColumn, entryColumns } from "../entries/columns.ts";
import type { SqlValues } from "../filter/sql-values.ts";

/** A column to order by, and which way. */
export interface Order {
  /** As it was given: `-cost_usd`. */
  readonly name: string;
  readonly column: EntryColumn;
  readonly descending: boolean;
  /** Whether it is the order of the log: then days follow each other, and are read as they are needed. */
  readonly byDay: boolean;
}

/** The values of a row by which it is ordered: the place of a row in an order. */
export interface OrderKey {
  readonly value: string | number | boolean | null;
  readonly day: string;
  readonly recorded: string | null;
  readonly log: string;
  readonly seq: string;
  readonly id: string;
}

/** @throws AuditError `INVALID_OPTIONS` */
export function orderOf(name: string): Order {
  const descending = name.startsWith("-");
  const column = columnOf(descending ? name.slice(1) : name);
  if (column) return { name, column, descending, byDay: column.name === "recorded_at" };
  throw new AuditError(
    "INVALID_OPTIONS",
    `There is no order ${JSON.stringify(name)}: name a column, with - before it for the greatest first. Columns: ${entryColumns.map((each) => each.name).join(", ")}.`,
  );
}

/** What of a key a term of the order compares, and how it is said in SQL. */
interface Term {
  readonly sql: string;
  readonly descending: boolean;
  /** Null comes last, whichever way. */
  readonly nullable: boolean;
  readonly value: (key: OrderKey, values: SqlValues) => string | null;
}

/** What to select of a row besides: its `OrderKey`. */
export function keySql({ column, byDay }: Order): string {
  const value = byDay ? "cast(null as varchar)" : valueSql(column);
  return `${value} as value, cast(day as varchar) as day, cast(recorded_at as varchar) as recorded, log, cast(seq as varchar) as seq, id`;
}

/** What to put behind ORDER BY. Rows with equal values are in the order of the log. */
export function orderSql(order: Order): string {
  return termsOf(order)
    .flatMap(({ sql, descending, nullable }) => [
      ...(nullable ? [`(${sql} is null)`] : []),
      `${sql}${descending ? " desc" : ""}`,
    ])
    .join(", ");
}

/** True of the rows that come behind a key. */
export function behindSql(order: Order, key: OrderKey, values: SqlValues): string {
  return termsOf(order).reduceRight<string>((rest, { sql, descending, nullable, value }) => {
    const given = value(key, values);
    if (given === null) return `(${sql} is null and ${rest})`;
    const behind = `${sql} ${descending ? "<" : ">"} ${given}${nullable ? ` or ${sql} is null` : ""}`;
    return `(${behind} or (${sql} = ${given} and ${rest}))`;
  }, "false");
}

function termsOf({ column, descending, byDay }: Order): Term[] {
  const direction = byDay && descending;
  const text = (name: "log" | "id"): Term => ({
    sql: `${name} collate "C"`,
    descending: direction,
    nullable: false,
    value: (key, values) => values.text(key[name]),
  });
  const value: Term = {
    sql: column.type === "text" ? `"${column.name}" collate "C"` : `"${column.name}"`,
    descending,
    nullable: true,
    value: ({ value }, values) => (value === null ? null : boundSql(column, value, values)),
  };
  return [
    ...(byDay ? [] : [value]),
    {
      sql: `cast(day as varchar) collate "C"`,
      descending: direction,
      nullable: false,
      value: ({ day }, values) => values.text(day),
    },
    {
      sql: "recorded_at",
      descending: direction,
      nullable: true,
      value: ({ recorded }, values) => (recorded === null ? null : values.time(recorded)),
    },
    text("log"),
    {
      sql: "seq",
      descending: direction,
      nullable: false,
      value: ({ seq }, values) => values.integer(seq),
    },
    text("id"),
  ];
}

/** As it comes from every engine: a number exactly, a whole one and a time as text. */
function valueSql({ name, type }: EntryColumn): string {
  if (type === "text" || type === "boolean") return `"${name}"`;
  return `cast("${name}" as ${type === "number" ? "double precision" : "varchar"})`;
}

function boundSql({ type }: EntryColumn, value: string | number | boolean, values: SqlValues): string {
  if (type === "boolean") return values.boolean(value === true);
  if (type === "number") return values.number(Number(value));
  if (type === "integer") return values.integer(String(value));
  return type === "time" ? values.time(String(value)) : values.text(String(value));
}
