import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Checkpoint, contentOf, parseCheckpoint, replaceFile } from "@openrouter-audit/core/seal";

/** The newest checkpoint that a witness cosigned of each log: a file for each origin, whose content is the note. */
export class WitnessState {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * @returns null when nothing of this log was cosigned
   * @throws Error when it cannot be read: a witness that forgot would sign anything
   */
  newest(origin: string): Checkpoint | null {
    const path = this.#path(origin);
    const note = contentOf(path);
    if (note === null) return null;
    const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf("\n\n") + 1));
    if (checkpoint?.origin !== origin)
      throw new Error(`${path} is damaged: it is no checkpoint of ${origin}`);
    return checkpoint;
  }

  /** Is on the disk when this returns. */
  keep(origin: string, note: string): void {
    replaceFile(this.#path(origin), note);
  }

  /** An origin may hold any characters, and be long. */
  #path(origin: string): string {
    return join(this.#directory, `${createHash("sha256").update(origin).digest("hex")}.checkpoint`);
  }
}
