import type { Parcel } from "../delivery/parcel.ts";
import type { AuditEntry } from "../entry/entry.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";

/** A sealed entry in memory, as its line. */
export class MemoryParcel implements Parcel {
  readonly id: string;
  readonly seq: number;
  readonly recordedAt: string;
  readonly eventType: string;
  readonly #line: Buffer;

  /** @param line without LF; kept as it is, so that nobody may change it */
  constructor({ draft, place }: SealedEntry, line: Buffer) {
    this.id = draft.id;
    this.seq = place.seq;
    this.recordedAt = place.recorded_at;
    this.eventType = draft.event_type;
    this.#line = line;
  }

  get bytes(): number {
    return this.#line.length;
  }

  line(): string {
    return this.#line.toString();
  }

  open(): AuditEntry {
    return JSON.parse(this.line()) as AuditEntry;
  }
}
