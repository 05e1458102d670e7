import { createHash } from "node:crypto";
import type { PutLogEventsRequest, PutLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { type Group, keptSince, type Stream } from "./groups.ts";
import { invalid, unconstrained } from "./service-error.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
export const batchBytes = 1_048_576;

/** What the region takes: in China an event has at most 256 KiB. */
export interface Region {
  readonly eventBytes: number;
}

/** Keeps what is valid of a batch, and says what was not; or refuses all of it. @throws ServiceError */
export function putLogEvents(
  { logEvents }: PutLogEventsRequest,
  group: Group,
  stream: Stream,
  { now, region, request }: { readonly now: number; readonly region: Region; readonly request: number },
): PutLogEventsResponse {
  const events = logEvents!.map(({ timestamp, message }) => ({ timestamp: timestamp!, message: message! }));
  if (events.length < 1 || events.length > 10_000)
    throw unconstrained("", "logEvents", "have length from 1 to 10000");
  for (const [index, { message, timestamp }] of events.entries()) {
    const member = `logEvents.${index + 1}.member`;
    if (message.length < 1)
      throw unconstrained(message, `${member}.message`, "have length greater than or equal to 1");
    if (!Number.isInteger(timestamp) || timestamp < 0)
      throw unconstrained(timestamp, `${member}.timestamp`, "have value greater than or equal to 0");
  }
  const sizes = events.map(({ message }) => Buffer.byteLength(message) + 26);
  const largest = Math.max(...sizes);
  if (largest > region.eventBytes)
    throw invalid(`Log event too large: ${largest} bytes exceeds limit of ${region.eventBytes}`);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > batchBytes) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytes}`);
  if (events.some(({ timestamp }, index) => index > 0 && timestamp < events[index - 1]!.timestamp))
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");

  const firstNot = (broken: (timestamp: number) => boolean) => {
    const index = events.findIndex(({ timestamp }) => !broken(timestamp));
    return index < 0 ? events.length : index;
  };
  const tooOld = firstNot((timestamp) => timestamp < now - 14 * dayMs);
  const expired = firstNot((timestamp) => timestamp < keptSince(group, now));
  const tooNew = firstNot((timestamp) => timestamp <= now + 2 * hourMs);
  const valid = events.slice(Math.max(tooOld, expired), tooNew);
  if (valid.length > 0 && valid.at(-1)!.timestamp - valid[0]!.timestamp > dayMs)
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");

  for (const [index, event] of valid.entries()) {
    const eventId = createHash("sha256").update(`${request} ${index}`).digest("hex");
    stream.events.push({ ...event, ingestionTime: now, eventId });
  }
  const info = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
  };
  return {
    nextSequenceToken: String(request),
    ...(Object.keys(info).length > 0 ? { rejectedLogEventsInfo: info } : {}),
  };
}
