import { timeOfEngine } from "../entries/time-text.ts";

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
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  unknown: 705,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

const numbers: readonly number[] = [typeIds.int2, typeIds.int4, typeIds.oid, typeIds.float4, typeIds.float8];
const times: readonly number[] = [typeIds.timestamp, typeIds.timestamptz];

/**
 * What values are in JavaScript, for the member `types` of a query of `pg`; as those of files are:
 *
 * - whole numbers: numbers while they are exact (below 2^53), else their digits as text; doubles: numbers;
 * - `numeric`: text, for it is exact; truth values: true and false;
 * - timestamps: RFC 3339 in UTC with milliseconds, what is finer cut off; `date`: YYYY-MM-DD;
 * - all else: as Postgres writes it.
 */
export const asAnswered = {
  getTypeParser(id: number): (text: string) => string | number | boolean {
    if (id === typeIds.boolean) return (text) => text === "t";
    if (id === typeIds.int8) return wholeNumber;
    if (numbers.includes(id)) return Number;
    if (times.includes(id)) return timeOfEngine;
    return (text) => text;
  },
} as never;

function wholeNumber(digits: string): number | string {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;
}
