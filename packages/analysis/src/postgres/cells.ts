/** What the server says of a column: its name, and the type by its number in the catalogue (`pg_type.oid`). */
export interface AnsweredColumn {
  readonly name: string;
  readonly dataTypeID: number;
}

/** Numbers in `pg_type` that never change. */
export const typeIds = {
  boolean: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

const numbers: readonly number[] = [typeIds.int2, typeIds.int4, typeIds.float4, typeIds.float8];

/**
 * How values come: what fits a double as a number, truth values as such, all else as the text that Postgres writes, so that a
 * bigint loses no digit and a time no microsecond. For the member `types` of a query of `pg`.
 */
export const asAnswered = {
  getTypeParser(id: number): (text: string) => string | number | boolean {
    if (id === typeIds.boolean) return (text) => text === "t";
    if (numbers.includes(id)) return Number;
    return (text) => text;
  },
} as never;
