import { columnOf, type EntryColumn, entryColumns } from "../entries/columns.ts";
import { cellOf, cellOfNumber, isMadeOfJson } from "./cells.ts";

type Shape = { [name: string]: string | Shape };

const plainTypes = {
  text: "VARCHAR",
  integer: "DOUBLE",
  number: "DOUBLE",
  boolean: "VARCHAR",
  time: "VARCHAR",
};

/** Which members of entries are read, all at once, as a struct `m`: to read a line again for each of them takes as long and as much memory each time. */
export class EntryShape {
  readonly columns: readonly EntryColumn[];
  readonly #shape: Shape = {};
  readonly #isStrict: boolean;

  /**
   * @param columns what is to be had of an entry
   * @param told other members, by their names: as JSON, so that it can be seen of what type they are
   * @param whole members that are wanted as a whole, as text
   * @param isStrict whether members are read as what they are in JSON. Else DuckDB makes them what they should be, in half the
   * time: of `"5"` it makes 5, of `"true"` true, of true 1. Nothing that writes entries writes these
   */
  constructor(
    columns: readonly EntryColumn[],
    told: readonly string[],
    whole: readonly string[] = [],
    isStrict = true,
  ) {
    this.columns = columns;
    this.#isStrict = isStrict;
    for (const name of told) this.#shape[name] = isStrict ? "JSON" : "VARCHAR";
    for (const column of columns) put(this.#shape, column.path, this.#typeOf(column));
    for (const name of whole) this.#shape[name] = "VARCHAR";
  }

  #typeOf(column: EntryColumn): string {
    if (!this.#isStrict) return plainTypes[column.type];
    return isMadeOfJson(column) ? "JSON" : "VARCHAR";
  }

  /** As `from_json` takes it. */
  get structure(): string {
    return JSON.stringify(this.#shape);
  }

  /** As `read_json` takes it. */
  get types(): string {
    const types = Object.entries(this.#shape).map(([name, shape]) => `"${name}": '${typeOf(shape)}'`);
    return `{${types.join(", ")}}`;
  }

  get isEmpty(): boolean {
    return Object.keys(this.#shape).length === 0;
  }

  has(name: string): boolean {
    return name in this.#shape;
  }

  /** A column, out of `m`. */
  cellOf(column: EntryColumn): string {
    const { path } = column;
    const member = `m.${path.map((name) => `"${name}"`).join(".")}`;
    if (!this.#isStrict)
      return this.#shape[path[0]!] === "DOUBLE" ? cellOfNumber(member, column) : cellOf(member, column);
    const isText = !isMadeOfJson(column) && path.length === 1 && this.#shape[path[0]!] === "JSON";
    return cellOf(isText ? `(${member}->>'$')` : member, column);
  }
}

/** The columns that a statement speaks of; all of them where it may say that it wants all (`*`). */
export function columnsIn(statement: string): readonly EntryColumn[] {
  const text = statement.replace(/\(\s*\*\s*\)/g, "");
  return text.includes("*") ? entryColumns : columnsNamedIn([text]);
}

/** The columns that stand in expressions, where `*` is only times. */
export function columnsNamedIn(expressions: readonly string[]): readonly EntryColumn[] {
  const words = expressions.join("\n").toLowerCase().match(/\w+/g);
  return [...new Set(words)].flatMap((word) => columnOf(word) ?? []);
}

function put(shape: Shape, [name, ...within]: readonly string[], type: string): void {
  shape[name!] ??= within.length > 0 ? {} : type;
  if (within.length > 0) put(shape[name!] as Shape, within, type);
}

function typeOf(shape: string | Shape): string {
  if (typeof shape === "string") return shape;
  const members = Object.entries(shape).map(([name, type]) => `"${name}" ${typeOf(type)}`);
  return `STRUCT(${members.join(", ")})`;
}
