import { randomUUID } from "node:crypto";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { AuditEvents } from "../audit-events.ts";
import { contentOf } from "../journal/content-of.ts";
import { BackOff } from "./back-off.ts";
import type { Clock } from "./clock.ts";
import { type Cursor, formatCursor, newCursor, parseCursor } from "./cursor.ts";
import { cursorPath } from "./delivery-paths.ts";
import { messageOf } from "./sink-write.ts";

export interface CursorFileOptions {
  readonly directory: string;
  readonly sink: string;
  readonly events: AuditEvents;
  readonly clock: Clock;
  /** The least time between two writes: what was delivered meanwhile comes again after a crash. */
  readonly restMs: number;
}

/** The cursor of one sink on the disk. Written behind what is delivered, in the background: delivery does not wait for it. */
export class CursorFile {
  readonly #options: CursorFileOptions;
  readonly #path: string;
  readonly #backOff: BackOff;
  /** Noted and not written yet. */
  #noted: (() => Cursor) | null = null;
  #writing: Promise<void> | null = null;
  #cancelRest: (() => void) | null = null;
  #isFailing = false;
  #isClosed = false;

  constructor(options: CursorFileOptions) {
    this.#options = options;
    this.#path = cursorPath(options.directory, options.sink);
    this.#backOff = new BackOff(options.clock, 5_000);
  }

  /**
   * The cursor as it was left; a new one where there is none. One that is damaged, or of another version, is put beside and
   * said; then everything comes again.
   *
   * @throws the file system's error when it cannot be read: that it is there means that it must not be passed over
   */
  load(): Cursor {
    const { sink, events } = this.#options;
    this.#sweep();
    const text = contentOf(this.#path);
    if (text === null) return newCursor(sink);
    try {
      return parseCursor(text, sink);
    } catch (cause) {
      const kept = `${this.#path}.unreadable-${randomUUID()}`;
      renameSync(this.#path, kept);
      events.problem({
        code: "CURSOR_DAMAGED",
        message:
          `The cursor of the sink ${sink} cannot be used: ${messageOf(cause)}. Everything in the journal is delivered to it ` +
          `again, from the beginning. The cursor was kept as ${kept}.`,
        cause,
      });
      return newCursor(sink);
    }
  }

  /** Has this written soon, as it is then. */
  note(cursor: () => Cursor): void {
    if (this.#isClosed) return;
    this.#noted = cursor;
    if (!this.#writing && !this.#cancelRest) this.#write();
  }

  /** Resolves when what was noted is written, or cannot be. */
  async save(): Promise<void> {
    while (this.#noted || this.#writing) {
      if (!this.#writing) this.#write();
      await this.#writing;
      if (this.#isFailing) return;
    }
  }

  /** Writes no more, but for what is being written. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRest?.();
    this.#cancelRest = null;
    this.#noted = null;
  }

  #write(): void {
    this.#cancelRest?.();
    this.#cancelRest = null;
    const cursor = this.#noted!;
    this.#noted = null;
    this.#writing = this.#replace(formatCursor(cursor(), new Date(this.#options.clock.now()))).then(
      () => this.#written(),
      (error: unknown) => this.#failed(cursor, error),
    );
  }

  #written(): void {
    this.#writing = null;
    this.#backOff.reset();
    this.#isFailing = false;
    this.#rest(this.#options.restMs);
  }

  #failed(cursor: () => Cursor, error: unknown): void {
    this.#writing = null;
    if (!this.#isClosed) this.#noted ??= cursor;
    const { sink, events } = this.#options;
    if (!this.#isFailing) {
      events.problem({
        code: "CURSOR_UNWRITABLE",
        message:
          `Cannot write the cursor of the sink ${sink}: ${messageOf(error)}. Delivery goes on; if this process ends before it can ` +
          "be written, what was delivered since is delivered again.",
        cause: error,
      });
    }
    this.#isFailing = true;
    this.#rest(this.#backOff.next());
  }

  #rest(ms: number): void {
    if (this.#isClosed) return;
    if (ms === 0) {
      if (this.#noted) this.#write();
      return;
    }
    this.#cancelRest = this.#options.clock.after(ms, () => {
      this.#cancelRest = null;
      if (this.#noted) this.#write();
    });
  }

  /** Whoever looks sees all of the one or all of the other. Not in this thread, whose callers have better to do than to wait for a disk. */
  async #replace(content: string): Promise<void> {
    const draft = `${this.#path}.${randomUUID()}`;
    try {
      const file = await open(draft, "wx", 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      // The directory is not forced to the disk: after a crash of the machine the cursor before is as true.
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Removes drafts of those who died over them. Only while the lock is held. */
  #sweep(): void {
    const folder = dirname(this.#path);
    const name = basename(this.#path);
    for (const other of readdirSync(folder)) {
      if (other.startsWith(`${name}.`) && uuid.test(other.slice(name.length + 1))) {
        rmSync(join(folder, other), { force: true });
      }
    }
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
