import { type AuditEntry, type AuditSink, EntriesRejected } from "@openrouter-audit/core";
import type { Wire } from "@openrouter-audit/testing/sink";

/** Where the sinks of the tests keep lines. */
export class Place {
  lines: { readonly id: string; readonly line: string }[] = [];

  has(id: string): boolean {
    return this.lines.some((each) => each.id === id);
  }

  keep(entry: AuditEntry): void {
    this.lines.push({ id: entry.id, line: JSON.stringify(entry) });
  }
}

/** A sink that is right. It knows ids, and makes a request for each half of a batch. */
export function placeSink(place: Place, wire: Wire): AuditSink {
  return {
    name: "place",
    limits: { entries: 20, bytes: 32_768, entryBytes: 16_384, overheadBytes: 7 },
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const rejected = batch.filter(({ metadata }) => metadata && "forbidden" in metadata);
      const good = batch.filter((entry) => !rejected.includes(entry));
      const half = Math.ceil(good.length / 2);
      for (const part of [good.slice(0, half), good.slice(half)]) {
        const send = async () => {
          for (const entry of part) if (!place.has(entry.id)) place.keep(entry);
        };
        await wire(send, { signal });
      }
      if (rejected.length > 0)
        throw new EntriesRejected(rejected.map(({ id }) => ({ id, reason: "forbidden" })));
    },
    async close() {},
  };
}
