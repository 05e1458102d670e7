import type { GenerationRecord } from "./generation-record.ts";

/** A record, and what only the server knows of it. */
export interface KeptGeneration {
  readonly record: GenerationRecord;
  readonly visibleAtMs: number;
  /** Of the key that the call was made with; null when nobody said. */
  readonly apiKeyHash: string | null;
}

/** The records of all generations. A record can be asked for only some time after its answer ended, as with OpenRouter. */
export class GenerationStore {
  readonly #stored = new Map<string, KeptGeneration>();

  keep(record: GenerationRecord, visibleAtMs: number, apiKeyHash: string | null): void {
    this.#stored.set(record.id, { record, visibleAtMs, apiKeyHash });
  }

  /** All that is kept, in the order in which their answers ended, visible or not. */
  kept(): Iterable<KeptGeneration> {
    return this.#stored.values();
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
