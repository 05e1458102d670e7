import type { AuditEntry } from "@openrouter-audit/core";
import { textIn } from "./text-parts.ts";

const days = 30;
const warned = new Set<string>();

/**
 * Says once of a sink that its entries are older than what Google's own bucket keeps: Google acknowledges what is older than
 * the retention of its bucket, stores nothing of it, and tells nobody. The log's exports get it all the same.
 */
export function warnOfRetention(sink: string, batch: readonly AuditEntry[]): void {
  const old = batch.find(
    ({ recorded_at }) => Date.parse(textIn(recorded_at)) < Date.now() - days * 86_400_000,
  );
  if (!old || warned.has(sink)) return;
  warned.add(sink);
  process.emitWarning(
    `The sink "${sink}" sends entries of ${old.recorded_at.slice(0, 10)}. Google Cloud Logging acknowledges what is older than the retention of its log bucket (${days} days, unless yours keeps more) and stores nothing of it. It stays in the journal.`,
    { type: "OpenRouterAudit", code: "GOOGLE_CLOUD_RETENTION" },
  );
}
