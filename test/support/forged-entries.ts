import { randomUUID } from "node:crypto";
import type { AuditEntry } from "@openrouter-audit/core";
import { sealedEntries } from "./sealed-entries.ts";

/** What stands in place of a text, a number, an object or a time. */
const anything = [
  { toString: 1, length: 5000 },
  ["x"],
  "x",
  "",
  5,
  -0.5,
  1e300,
  true,
  "+275760-09-13T00:00:00Z",
];
/** A line in which these are not what they should be is no entry for delivery. */
const sure = ["id", "log", "seq", "timestamp", "event_type", "chain_hash", "signature"];

/**
 * Entries as delivery may give them to a sink after somebody wrote lines into the journal: each member that it does not look
 * at is missing, or anything. No sink may fail with one for ever.
 */
export async function forgedEntries(): Promise<AuditEntry[]> {
  const [real] = await sealedEntries({});
  const names = Object.keys(real!).filter((name) => !sure.includes(name));
  const bare = () => ({
    ...Object.fromEntries(Object.entries(real!).filter(([name]) => sure.includes(name))),
    id: randomUUID(),
  });
  const forged = anything.flatMap((value) => [
    { ...bare(), ...Object.fromEntries(names.map((name) => [name, value])) },
    { ...bare(), method: "POST", metadata: { traceparent: value }, request: { trace_id: value } },
  ]);
  return [bare(), ...forged] as unknown as AuditEntry[];
}
