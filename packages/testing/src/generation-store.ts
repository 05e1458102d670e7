import type { GenerationRecord } from "./generation-record.ts";

interface Stored {
  readonly record: GenerationRecord;
  readonly visibleAtMs: number;
}

/** The records of all generations. A record can be asked for only some time after its answer ended, as with OpenRouter. */
export class GenerationStore {
  readonly #stored = new Map<string, Stored>();

  keep(record: GenerationRecord, visibleAtMs: number): void {
    this.#stored.set(record.id, { record, visibleAtMs });
  }

  /** The record, or `undefined` as long as it "does not exist yet". */
  find(id: string, nowMs: number): GenerationRecord | undefined {
    const stored = this.#stored.get(id);
    return stored && stored.visibleAtMs <= nowMs ? stored.record : undefined;
  }

  /** All records, in the order in which their answers ended, visible or not. */
  all(): GenerationRecord[] {
    return Array.from(this.#stored.values(), ({ record }) => record);
  }

  /** What all generations cost together, in US dollars. */
  spentUsd(): number {
    return Number(
      this.all()
        .reduce((sum, record) => sum + record.usage, 0)
        .toFixed(10),
    );
  }
}
