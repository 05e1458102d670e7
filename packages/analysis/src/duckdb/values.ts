import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { SqlRow } from "../entries/entry-table.ts";

type Cell = SqlRow[string];

/**
 * What a value of a column is in JavaScript:
 *
 * - whole numbers: numbers while they are exact (below 2^53), else their digits as text;
 * - `double`, `float`: numbers, also NaN and the infinities;
 * - `decimal`: text, for it is exact (`0.10`), as Postgres gives it;
 * - `boolean`: true and false;
 * - timestamps: RFC 3339 in UTC with milliseconds, what is finer cut off;
 * - `date`: YYYY-MM-DD; text, JSON, UUID: as they are; all else (lists, structs, intervals, …): DuckDB's own text of it.
 */
export function cellOf(type: DuckDBType): (value: DuckDBValue) => Cell {
  const name = String(type);
  // Those that are finer than microseconds, or coarser, have other units.
  if (name.startsWith("TIMESTAMP")) return (value) => (value === null ? null : timeOf(value as Time));
  return plain;
}

function plain(value: DuckDBValue): Cell {
  switch (typeof value) {
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      return value === null ? null : String(value);
    default:
      return value as Cell;
  }
}

interface Time {
  readonly isFinite?: boolean;
  readonly seconds?: bigint | number;
  readonly millis?: bigint;
  readonly micros?: bigint;
  readonly nanos?: bigint;
}

function timeOf(time: Time): string {
  const { seconds, millis, micros, nanos } = time;
  const ms =
    millis ??
    (micros !== undefined ? floor(micros, 1_000n) : undefined) ??
    (nanos !== undefined ? floor(nanos, 1_000_000n) : BigInt(seconds!) * 1_000n);
  // Infinity, and years that a Date does not have.
  const isTime = time.isFinite !== false && ms >= -8_640_000_000_000_000n && ms <= 8_640_000_000_000_000n;
  return isTime ? new Date(Number(ms)).toISOString() : String(time);
}

/** Division that goes down, also before 1970. */
function floor(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return value % by < 0n ? whole - 1n : whole;
}
