import { type AuditEntry, lineOf, type SinkLimits } from "@openrouter-audit/core";

/** What delivery keeps to where a sink says nothing. */
export const usualLimits = { entries: 1000, bytes: 4 << 20 } as const;

/** What an entry counts in a batch for a sink with these limits. */
export function bytesOf(entry: AuditEntry, limits: SinkLimits | undefined): number {
  return Buffer.byteLength(lineOf(entry)) + (limits?.overheadBytes ?? 0);
}

/** Cuts entries into the batches that a sink with these limits is given. */
export function batchesWithin(
  limits: SinkLimits | undefined,
  entries: readonly AuditEntry[],
): (readonly AuditEntry[])[] {
  const { entries: most = usualLimits.entries, bytes = usualLimits.bytes } = limits ?? {};
  const batches: AuditEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = bytesOf(entry, limits);
    if (batches.length === 0 || batches.at(-1)!.length >= most || size > room) {
      batches.push([]);
      room = bytes;
    }
    batches.at(-1)!.push(entry);
    room -= size;
  }
  return batches;
}
