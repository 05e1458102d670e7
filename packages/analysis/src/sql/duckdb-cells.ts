import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { numberOf, type SqlCell, type SqlType } from "./answer.ts";

const whole = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM)$/;

/** What a column holds, of the type that the engine gives it. */
export function typeOf(type: DuckDBType): SqlType {
  if (type.alias === "JSON") return "json";
  const name = String(type);
  if (name === "VARCHAR" || name === "UUID") return "text";
  if (whole.test(name)) return "integer";
  if (/^(?:DOUBLE|FLOAT|DECIMAL\(.*\))$/.test(name)) return "number";
  if (name === "BOOLEAN") return "boolean";
  if (name === "DATE") return "date";
  return name.startsWith("TIMESTAMP") ? "time" : "other";
}

/** How a value of a column becomes a cell. */
export function cellOf(type: DuckDBType): (value: DuckDBValue) => SqlCell {
  const known = typeOf(type);
  return (value) => {
    if (value === null) return null;
    switch (known) {
      case "boolean":
        return value as boolean;
      case "integer":
      case "number":
        return numberOf(String(value));
      case "time":
        return timeOf(String(value));
      default:
        return String(value);
    }
  };
}

/** `2026-11-24 02:34:36.29`, with `+00` where it has a zone; other years, BC and infinity stay as they are. */
function timeOf(text: string): string {
  const [, day, second, fraction = ""] =
    /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:\+00)?$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${second}.${fraction.padEnd(3, "0").slice(0, 3)}Z`;
}
