import type { RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import type { RejectedEntry } from "@openrouter-audit/core";
import type { LogEvent } from "./log-event.ts";

/** How far ahead of this host's clock an entry may be to be waited for. */
const longestWaitMs = 86_400_000;

/**
 * What became of the events of a call that CloudWatch answered with 200: it may have dropped some all the same. It takes the
 * `early` when their time has come, and the others never: also those that a clock sealed far ahead which is right again, for
 * they would hold up all others until then. The start index is of the first event, the end indexes of the
 * one behind the last; what is missing rejects nothing.
 */
export function outcomeOf(call: readonly LogEvent[], rejected: RejectedLogEventsInfo = {}) {
  const tooOld = rejected.tooOldLogEventEndIndex ?? 0;
  const past = Math.max(tooOld, rejected.expiredLogEventEndIndex ?? 0);
  const future = Math.max(rejected.tooNewLogEventStartIndex ?? call.length, past);
  const never: RejectedEntry[] = call.slice(0, past).map(({ entry: { id, recorded_at } }, index) => {
    const why = index < tooOld ? "more than 14 days old" : "older than the log group keeps events";
    return { id, reason: `CloudWatch did not keep it: its recorded_at, ${recorded_at}, is ${why}` };
  });
  const waitsUntil = Date.now() + longestWaitMs;
  const ahead = call.slice(future);
  for (const { entry, timestamp } of ahead) if (timestamp > waitsUntil) never.push(sealedAhead(entry));
  return {
    kept: call.slice(past, future),
    early: ahead.filter(({ timestamp }) => timestamp <= waitsUntil),
    never,
  };
}

function sealedAhead({ id, recorded_at }: LogEvent["entry"]): RejectedEntry {
  const why =
    "is more than a day ahead of the clock of this host, and CloudWatch takes nothing before its time";
  return { id, reason: `CloudWatch did not keep it: its recorded_at, ${recorded_at}, ${why}` };
}

/**
 * An outage, because waiting helps: CloudWatch takes events two hours before their time. Of a clock that was ahead for a
 * moment, delivery sees that others behind are taken, and sets the entry aside.
 */
export function tooEarly(early: readonly LogEvent[]): Error {
  const which = `${early.length} of the entries, the first with recorded_at ${early[0]!.entry.recorded_at}`;
  return new Error(
    `CloudWatch takes nothing from more than 2 hours ahead, and did not keep ${which}. Have the clock of their host set by NTP.`,
  );
}
