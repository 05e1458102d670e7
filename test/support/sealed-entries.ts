import { type AuditEntry, AuditLog, type JsonObject, required } from "@openrouter-audit/core";
import { memorySink } from "@openrouter-audit/testing/sink";

/** Entries of a real log, one with each metadata. */
export async function sealedEntries(...metadata: JsonObject[]): Promise<AuditEntry[]> {
  const memory = memorySink();
  const secret = "a secret for tests, 32 bytes or more";
  const audit = new AuditLog({ journal: false, secret, sinks: [required(memory)] });
  await Promise.all(metadata.map((each) => audit.record({ event_type: "answer.approved", metadata: each })));
  await audit.close();
  return memory.entries.filter(({ event_type }) => event_type === "answer.approved");
}
