import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type AuditSink, EntriesRejected, lineOf, type RejectedEntry } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { callLimits } from "./call-limits.ts";
import { callsOf } from "./calls.ts";
import { type LogEvent, logEventOf } from "./log-event.ts";
import { putInto } from "./log-group.ts";
import { type CloudWatchSinkOptions, optionRules } from "./options.ts";
import { outcomeOf, tooEarly } from "./rejected-events.ts";
import { streamOf } from "./stream-name.ts";

/** Batches are larger than a call: an entry that is too large for an event must come here to be kept as a pointer. */
const limits = { entries: callLimits.events, bytes: 4 << 20, overheadBytes: callLimits.overheadBytes };

/** That nothing is hidden: delivery tries again, and a write has 30 seconds. */
const patience = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/**
 * Delivers to AWS CloudWatch Logs: a stream for each log, an event for each entry. The client that it makes tries nothing
 * again, which delivery does, and gives up a connection after 5 seconds and a request after 20.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function cloudWatchSink(options: CloudWatchSinkOptions): AuditSink {
  checkOptions("cloudWatchSink", options, optionRules, ["logGroup"]);
  const { name = "cloudwatch", client, region, logStream, format, maxEventBytes } = options;
  const own = client ? null : new CloudWatchLogsClient({ ...patience, ...(region ? { region } : {}) });
  const put = putInto(client ?? own!, options);
  // The lines of what was kept of a write that failed: it comes again, and CloudWatch would keep it twice. No part of an entry
  // would do: a forged line may have the place and the seal of another.
  const kept = new Set<string>();
  return {
    name,
    limits,
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const rejected: RejectedEntry[] = [];
      const early: LogEvent[] = [];
      const streams = new Map<string, LogEvent[]>();
      for (const entry of batch.filter((each) => !kept.has(lineOf(each)))) {
        const event = logEventOf(entry, format, maxEventBytes);
        const stream = streamOf(entry.log, logStream);
        if (typeof event === "string") rejected.push({ id: entry.id, reason: event });
        else if (!streams.get(stream)?.push(event)) streams.set(stream, [event]);
      }
      for (const [stream, events] of streams) {
        for (const call of callsOf(events)) {
          const { rejectedLogEventsInfo } = await put(stream, call, signal);
          const outcome = outcomeOf(call, rejectedLogEventsInfo);
          for (const { entry } of outcome.kept) kept.add(lineOf(entry));
          early.push(...outcome.early);
          rejected.push(...outcome.never);
        }
      }
      if (early.length > 0) throw tooEarly(early);
      for (const entry of batch) kept.delete(lineOf(entry));
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
    async close() {
      own?.destroy();
    },
  };
}
