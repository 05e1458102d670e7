import { isArchive } from "../journal/file-names.ts";
import { type FilePlace, start } from "./cursor.ts";
import { movePlace, movesOf, otherNameOf } from "./file-pairs.ts";
import { bytesBehind, type FileSize } from "./file-sizes.ts";

/** Of so many files that are gone it is remembered how far they were delivered. */
const mostGone = 1000;

/** How far the files of a journal were read, and are delivered. */
export class FilePlaces {
  /** How far each file was read. */
  readonly taken: Map<string, FilePlace>;
  /** How far each file is delivered. */
  readonly passed: Map<string, FilePlace>;
  /** At what size all whole lines of a file were read; behind them there may be bytes without a LF. */
  readonly readAt = new Map<string, number>();
  /** At what size all whole lines of a file are delivered. */
  readonly passedAt = new Map<string, number>();
  /** Archives that cannot be read, and the size they had then. */
  readonly refused = new Map<string, number>();

  constructor(files: ReadonlyMap<string, FilePlace>) {
    this.taken = new Map(files);
    this.passed = new Map(files);
  }

  /** Whether everything of a file up to there is delivered. */
  has(name: string, size: number): boolean {
    return (this.passed.get(name)?.offset ?? 0) >= size || (this.passedAt.get(name) ?? 0) >= size;
  }

  /** How many bytes of files are not delivered. */
  behind(files: readonly FileSize[]): number {
    return files
      .filter(({ name, size }) => this.passedAt.get(name) !== size)
      .reduce((bytes, file) => bytes + bytesBehind(file, this.passed), 0);
  }

  /** Whether there is more to read. */
  isNew({ name, size }: FileSize): boolean {
    const taken = this.taken.get(name) ?? start;
    if (isArchive(name)) return taken.archived !== size && this.refused.get(name) !== size;
    return size !== taken.offset && size !== this.readAt.get(name);
  }

  /**
   * Files that have another name now keep their places.
   *
   * @param isAtRest whether nothing is under way: that is noted by the names of before
   * @returns false when it has to wait for that
   */
  follow(directory: string, files: readonly FileSize[], isAtRest: boolean): boolean {
    const names = files.map(({ name }) => name);
    const moves = movesOf(directory, names, this.taken);
    if (moves.length > 0 && !isAtRest) return false;
    for (const move of moves) {
      for (const places of [this.taken, this.passed]) movePlace(places, move);
      for (const name of move)
        for (const known of [this.readAt, this.passedAt, this.refused]) known.delete(name);
    }
    return true;
  }

  /**
   * A file is not the one of its place.
   *
   * @returns whether that needs a closer look only: its archive has come, or it is another archive of a file whose place is known
   */
  leave(name: string, before: readonly FileSize[], now: readonly FileSize[]): boolean {
    const other = otherNameOf(name);
    const isIn = (files: readonly FileSize[]) => files.some((file) => file.name === other);
    if (!isArchive(name) && !this.taken.has(other) && isIn(now) && !isIn(before)) return true;
    this.#delete(name);
    return isArchive(name) && this.taken.has(other) && !isIn(now);
  }

  /** The places of files that are gone are kept, for they may come back; but not those of all time. */
  forgetGone(files: readonly FileSize[]): void {
    if (this.taken.size <= files.length + mostGone) return;
    const there = new Set(files.map(({ name }) => name));
    const gone = [...this.taken.keys()].filter((name) => !there.has(name)).sort();
    for (const name of gone.slice(0, -mostGone)) this.#delete(name);
  }

  #delete(name: string): void {
    for (const known of [this.taken, this.passed, this.readAt, this.passedAt, this.refused])
      known.delete(name);
  }
}
