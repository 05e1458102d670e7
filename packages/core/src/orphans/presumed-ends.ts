import type { AuditEntry } from "../entry/entry.ts";
import { looksLike, memberText } from "./quick-look.ts";

type Lines = () => AsyncIterable<{ readonly bytes: Buffer }>;

/**
 * Which of the ends that were written for processes thought dead count: a process that could only be judged by its silence
 * may have gone on, and written the real end of its call.
 */
export class PresumedEnds {
  readonly #shown: ReadonlyMap<string, { done: boolean }>;

  private constructor(alone: ReadonlyMap<string, { done: boolean }>) {
    this.#shown = alone;
  }

  /** Reads the lines twice, looking at few of them, and keeps one id for each such end. */
  static async read(lines: Lines): Promise<PresumedEnds> {
    const ends = new Map<string, { done: boolean }>();
    for await (const { bytes } of lines()) {
      const id = looksLike.processEnded(bytes) ? memberText(bytes, "exchange_id") : null;
      if (id !== null) ends.set(id, { done: false });
    }
    for await (const { bytes } of lines()) {
      const id = memberText(bytes, "exchange_id");
      const end = id === null ? undefined : ends.get(id);
      if (end && !looksLike.processEnded(bytes) && !looksLike.start(bytes)) end.done = true;
    }
    return new PresumedEnds(ends);
  }

  /** Whether such an end counts: there is no real one, and it was not asked for before. */
  counts({ exchange_id }: AuditEntry): boolean {
    const end = this.#shown.get(exchange_id ?? "");
    // Written since then.
    if (!end) return true;
    const isFirst = !end.done;
    end.done = true;
    return isFirst;
  }
}
