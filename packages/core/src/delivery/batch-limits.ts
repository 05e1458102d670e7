import { AuditError } from "../audit-error.ts";
import type { Parcel } from "./parcel.ts";
import type { AuditSink } from "./sink.ts";

/** How large a batch may be. */
export class BatchLimits {
  readonly entries: number;
  readonly bytes: number;
  readonly #overheadBytes: number;
  readonly #entryBytes: number;

  /** @throws AuditError `INVALID_OPTIONS` for limits that no batch could keep */
  constructor({ name, limits = {} }: AuditSink) {
    const { entries = 1000, bytes = 4 << 20, overheadBytes = 0, entryBytes = bytes } = limits;
    for (const [limit, value, least] of [
      ["entries", entries, 1],
      ["bytes", bytes, 1],
      ["overheadBytes", overheadBytes, 0],
      ["entryBytes", entryBytes, 1],
    ] as const) {
      if (Number.isSafeInteger(value) && value >= least) continue;
      throw new AuditError(
        "INVALID_OPTIONS",
        `Option "sinks" is not right: limits.${limit} of the sink "${name}" must be a whole number, at least ${least}.`,
      );
    }
    this.entries = entries;
    this.bytes = bytes;
    this.#overheadBytes = overheadBytes;
    this.#entryBytes = entryBytes;
  }

  /** Why a parcel is in no batch, or null. */
  whyNever({ bytes, flaw }: Parcel): string | null {
    if (flaw) return `no line can be written of it: ${flaw}`;
    const most = Math.min(this.#entryBytes, this.bytes - this.#overheadBytes);
    return bytes > most ? `it has ${bytes} bytes, and this sink takes entries of at most ${most}` : null;
  }

  /** The first of the parcels that fit into one batch, and at most so many; those that fit into none are not among them. */
  cut<P extends Parcel>(parcels: readonly P[], most: number): readonly P[] {
    let bytes = 0;
    let count = 0;
    for (const parcel of parcels) {
      bytes += this.sizeOf(parcel);
      const fits = count < this.entries && count < most && bytes <= this.bytes;
      if (!fits || this.whyNever(parcel) !== null) break;
      count += 1;
    }
    return parcels.slice(0, count);
  }

  /** What a parcel counts in a batch. */
  sizeOf({ bytes }: Parcel): number {
    return bytes + this.#overheadBytes;
  }
}
