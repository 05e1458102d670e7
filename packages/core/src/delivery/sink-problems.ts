import type { AuditProblem } from "../audit-error.ts";

/** That a sink takes nothing. @param why in words that can be shown */
export function sinkFails(sink: string, why: string, cause: unknown): AuditProblem {
  return {
    code: "SINK_FAILING",
    message: `Cannot deliver to the sink ${sink}: ${why}. Entries wait; it is tried again until it works.`,
    cause,
  };
}

/** That entries were set aside. @param reason of the first */
export function entriesRejected(sink: string, count: number, reason: string): AuditProblem {
  return {
    code: "ENTRY_REJECTED",
    message:
      `The sink ${sink} does not take ${count === 1 ? "an entry" : `${count} entries`}: ${reason}. Set aside; the others are ` +
      "delivered.",
  };
}
