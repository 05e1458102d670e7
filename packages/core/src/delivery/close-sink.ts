import type { AuditEvents } from "../audit-events.ts";
import type { AuditSink } from "./sink.ts";
import { messageOf } from "./sink-write.ts";

/** Has a sink let go of what it holds. Never rejects: that it could not is the problem `SINK_CLOSE`. */
export async function closeSink(sink: AuditSink, events: AuditEvents): Promise<void> {
  try {
    await sink.close?.();
  } catch (error) {
    const message = `The sink ${sink.name} could not be closed: ${messageOf(error)}.`;
    events.problem({ code: "SINK_CLOSE", message, cause: error });
  }
}
