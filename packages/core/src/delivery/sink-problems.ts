import type { AuditProblem } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { OnFailure } from "../guarantee/recording.ts";

/** That a sink takes nothing. @param why in words that can be shown */
export function sinkFails(sink: string, why: string, cause: unknown): AuditProblem {
  return {
    code: "SINK_FAILING",
    message: `Cannot deliver to the sink ${sink}: ${why}. Entries wait; it is tried again until it works.`,
    cause,
  };
}

/** The same of a required sink, when that has become a matter of the guarantee. */
export function sinkRefuses(sink: string, why: string, cause: unknown, onFailure: OnFailure): AuditProblem {
  const meanwhile =
    onFailure === "block"
      ? "new calls are refused"
      : "calls go on, and nobody waits for it: this copy of what is recorded meanwhile is missing";
  return {
    code: "SINK_UNAVAILABLE",
    message:
      `Cannot deliver to the required sink ${sink}: ${why}. Until it takes entries again, ${meanwhile}. Entries wait; it is tried ` +
      "again until it works. Mend what it fails of; if the service must run without it, start it with this sink not required.",
    cause,
  };
}

/** Tells that a sink takes entries again. */
export function tellRecovered(events: AuditEvents, sink: string): void {
  const message = `The sink ${sink} takes entries again. What waited is delivered now.`;
  events.problem({ code: "SINK_RECOVERED", message });
  events.emit("recovered", { part: "sink", name: sink });
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
