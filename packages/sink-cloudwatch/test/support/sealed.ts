import type { AuditEntry, JsonObject } from "@openrouter-audit/core";
import { draftEntry, LogSealer } from "@openrouter-audit/core/seal";

/** A log whose entries are sealed at any times. */
export class SealedLog {
  readonly #sealer = new LogSealer("test");

  get origin(): string {
    return this.#sealer.origin;
  }

  /** Seals an entry for each of the metadata, all at one time, and returns them as delivery would give them. */
  add(at: Date | number, ...metadata: readonly JsonObject[]): AuditEntry[] {
    const time = new Date(at);
    const drafts = metadata.map((each) =>
      draftEntry({
        event_type: "test.event",
        timestamp: time.toISOString(),
        service: { name: "test", version: null, instance: "here/1" },
        status: "success",
        attribution: { how: "no_context", source: null },
        metadata: each,
      }),
    );
    const lines = this.#sealer.seal(drafts, time).lines.toString().split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as AuditEntry);
  }
}

/** What is kept of an entry is the text in its metadata. */
export const textIn = ({ metadata }: AuditEntry): string => String(metadata.text);

export const dayMs = 86_400_000;
