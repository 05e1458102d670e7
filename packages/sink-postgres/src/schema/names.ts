import { checkOptions, type OptionRule, type OptionRules, textLike } from "@openrouter-audit/core/sink";

/** Where the table is. */
export interface TableOptions {
  /** The schema (namespace). @default "openrouter_audit" */
  readonly schema?: string | undefined;
  /** The table; partitions and functions are named after it. @default "entries" */
  readonly table?: string | undefined;
}

/** The table and what belongs to it, as they stand in SQL. */
export interface TableNames {
  readonly schema: string;
  readonly table: string;
  /** The quoted schema, and the table with it. */
  readonly quotedSchema: string;
  readonly quotedTable: string;
  /** Of which version the table is: one row. */
  readonly quotedVersion: string;
  /** A function of this table, quoted. */
  functionOf(what: TableFunction): string;
  /** As it is shown. */
  readonly shown: string;
}

/**
 * The functions that belong to a table, with what they take. All are named after it: it may live in a schema with others, whose
 * functions are not ours.
 */
export const functions = {
  append: "text[]",
  make_day: "date",
  drop_day: "date",
  guard: "regclass",
  refuse_change: "",
  entry_of: "text",
  time_of: "text",
  whole_number_of: "jsonb",
  number_of: "jsonb",
  boolean_of: "jsonb",
} as const;

export type TableFunction = keyof typeof functions;

/** Lower-case, so that a name is the same quoted and unquoted. */
export function nameRule(most = 63): OptionRule<unknown> {
  return textLike(
    new RegExp(`^[a-z_][a-z0-9_]{0,${most - 1}}$`),
    `lower-case letters, digits and _, not beginning with a digit, at most ${most} characters`,
  );
}

/** A table's is short enough for the names that are made of it. */
export const tableRules: OptionRules<TableOptions> = { schema: nameRule(), table: nameRule(30) };

/** @throws AuditError `INVALID_OPTIONS` when a name is none that can be used. */
export function namesOf({ schema = "openrouter_audit", table = "entries" }: TableOptions = {}): TableNames {
  checkOptions("the table", { schema, table }, tableRules);
  const quotedSchema = `"${schema}"`;
  return {
    schema,
    table,
    quotedSchema,
    quotedTable: `${quotedSchema}."${table}"`,
    quotedVersion: `${quotedSchema}."${table}_version"`,
    functionOf: (what) => `${quotedSchema}."${table}_${what}"`,
    shown: `${schema}.${table}`,
  };
}
