import type { SqlValue } from "../entries/entry-table.ts";

/** The values of a statement. Each is cast where it stands, for no engine knows what a bare `$1` is. */
export class SqlValues {
  readonly list: SqlValue[] = [];

  text(value: string): string {
    return this.#add(value, "varchar");
  }

  number(value: number): string {
    return this.#add(value, "double precision");
  }

  /** A whole number of any size, in digits. */
  integer(digits: string): string {
    return this.#add(digits, "bigint");
  }

  boolean(value: boolean): string {
    return this.#add(value, "boolean");
  }

  /** A time in UTC, in RFC 3339 or as an engine writes it. */
  time(value: string): string {
    return this.#add(value.replace("T", " ").replace(/Z$/, ""), "timestamp");
  }

  #add(value: SqlValue, type: string): string {
    return `cast($${this.list.push(value)} as ${type})`;
  }
}
