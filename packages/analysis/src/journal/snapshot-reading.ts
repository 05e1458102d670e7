import type { EngineSnapshot, PartRead } from "../duckdb/engine-snapshot.ts";
import { wordsOf } from "../duckdb/sql-text.ts";
import type { EntryColumn } from "../entries/columns.ts";
import type { SnapshotOptions } from "../entries/entry-table.ts";
import { columnsNamedIn } from "./entry-shape.ts";
import type { ReadableFile } from "./file-checks.ts";
import { linesOf } from "./lines-relation.ts";
import { type MembersReading, membersReading } from "./members-relation.ts";

/** Reads files into a snapshot: by their members where it can, else by their lines. */
export class SnapshotReading {
  readonly #snapshot: EngineSnapshot;
  readonly #columns: readonly EntryColumn[];
  readonly #members: MembersReading | null;

  constructor(snapshot: EngineSnapshot, { columns, computed = {}, where }: SnapshotOptions) {
    this.#snapshot = snapshot;
    const expressions = [...Object.values(computed), where?.text ?? ""];
    this.#columns = columnsNamedIn([...columns, ...expressions]);
    this.#members = membersReading(this.#columns, [...columns, ...expressions]);
  }

  async begin(): Promise<void> {
    await this.#snapshot.begin(this.#byLine([]));
  }

  async add(files: readonly ReadableFile[], part: PartRead): Promise<void> {
    // Each thread reads a file: one that begins late with a large one is waited for.
    const largestFirst = [...files].sort((a, b) => b.bytes - a.bytes);
    const byLine = largestFirst.filter(({ isCopy }) => isCopy);
    let byMembers = largestFirst.filter(({ isCopy }) => !isCopy);
    while (this.#members && byMembers.length > 0) {
      try {
        await this.#snapshot.add(this.#byMembers(this.#members, byMembers), part);
        byMembers = [];
      } catch (error) {
        const damaged = damagedIn(byMembers, error);
        if (!damaged) throw error;
        byLine.push(damaged);
        byMembers = byMembers.filter((each) => each !== damaged);
      }
    }
    byLine.push(...byMembers);
    if (byLine.length > 0) await this.#snapshot.add(this.#byLine(byLine), part);
  }

  #byMembers({ of, rewritten }: MembersReading, files: readonly ReadableFile[]): string {
    return this.#snapshot.selected(`(${of(files.map(({ path }) => path))})`, "readable", rewritten);
  }

  #byLine(files: readonly ReadableFile[]): string {
    const lines = linesOf(
      files.map(({ path }) => path),
      this.#columns,
    );
    return this.#snapshot.selected(`(${lines})`, "readable");
  }
}

/** The file that an error is about, when it is one of those that reading line by line gets over. */
function damagedIn(files: readonly ReadableFile[], error: unknown): ReadableFile | undefined {
  const words = wordsOf(error);
  if (!/malformed|JSON transform|Expected|unexpected|Invalid Input/i.test(words)) return undefined;
  return files.find(({ path }) => words.includes(path)) ?? files[0];
}
