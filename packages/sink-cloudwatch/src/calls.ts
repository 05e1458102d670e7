import type { LogEvent } from "./log-event.ts";

/** What PutLogEvents takes in one call. A message counts as its UTF-8, and 26 bytes besides. */
export const callLimits = {
  bytes: 1_048_576,
  events: 10_000,
  spanMs: 86_400_000,
  overheadBytes: 26,
} as const;

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
