import { type BigIntStats, statSync } from "node:fs";
import { contentOf } from "../journal/content-of.ts";
import type { JournalEnd } from "../journal/journal-file.ts";
import { type Cursor, newCursor, parseCursor } from "./cursor.ts";
import { cursorPath } from "./delivery-paths.ts";

/** The cursor that another process writes, as it was when it was last looked at. */
export class CursorView {
  cursor: Cursor;
  readonly #path: string;
  #seen = "";

  constructor(directory: string, sink: string) {
    this.#path = cursorPath(directory, sink);
    this.cursor = newCursor(sink);
  }

  has({ file, size }: JournalEnd): boolean {
    return (this.cursor.files.get(file)?.offset ?? 0) >= size;
  }

  /** Looks again. @returns whether it is another */
  look(): boolean {
    const found: BigIntStats | undefined = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const seen = found ? `${found.ino} ${found.mtimeNs}` : "";
    if (seen === this.#seen) return false;
    this.#seen = seen;
    try {
      const text = contentOf(this.#path);
      if (text !== null) this.cursor = parseCursor(text, this.cursor.sink);
    } catch {
      // Of whoever delivers it is to say that the cursor cannot be used.
    }
    return true;
  }
}
