import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { timeOfEngine } from "../entries/time-text.ts";
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
        return timeOfEngine(String(value));
      default:
        return String(value);
    }
  };
}
