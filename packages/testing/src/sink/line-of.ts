import type { AuditEntry } from "@openrouter-audit/core";
import { formatLine, leafOf } from "@openrouter-audit/core/seal";

/** The line of an entry, without the LF. */
export function lineOf({ chain_hash, signature, ...entry }: AuditEntry): string {
  const { log, seq, recorded_at } = entry;
  return formatLine(
    leafOf(entry as unknown as Parameters<typeof leafOf>[0], { log, seq, recorded_at }),
    chain_hash,
    signature,
  );
}
