import { AuditError } from "../audit-error.ts";

/** That sinks do not have what they should have. */
export function sinkUnavailable(names: readonly string[], why: string): AuditError {
  const sinks = names.length === 1 ? `The sink ${names[0]} does` : `The sinks ${names.join(", ")} do`;
  return new AuditError(
    "SINK_UNAVAILABLE",
    `${sinks} not have what was recorded: ${why}. It is in the journal, and delivery is tried until it works.`,
  );
}
