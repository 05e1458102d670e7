import { callLimits } from "./call-limits.ts";
import type { LogEvent } from "./log-event.ts";

/**
 * Cuts the events of one stream into as many calls as the rules need: each in chronological order, of at most a day.
 * The order of events of one time is kept.
 */
export function callsOf(events: readonly LogEvent[]): LogEvent[][] {
  const calls: LogEvent[][] = [];
  let room = 0;
  for (const event of events.toSorted((a, b) => a.timestamp - b.timestamp)) {
    const call = calls.at(-1);
    const fits = call && call.length < callLimits.events && event.bytes <= room;
    if (fits && event.timestamp - call[0]!.timestamp <= callLimits.spanMs) {
      call.push(event);
      room -= event.bytes;
    } else {
      calls.push([event]);
      room = callLimits.bytes - event.bytes;
    }
  }
  return calls;
}
