import type { SinkStatus } from "../delivery/delivery.ts";
import { sizeInWords } from "../journal/room.ts";
import type { HealthReason } from "./audit-health.ts";
import type { Observed } from "./observed.ts";

/** A sink that is this far behind has to be looked at, even when it takes what it is given. */
const longestLagMs = 60_000;

/** All that is not well, worst first. */
export function reasonsOf(seen: Observed): readonly HealthReason[] {
  const { refusal } = seen;
  const reasons = [
    ...journalReasons(seen),
    ...diskReasons(seen),
    ...seen.sinks.flatMap((sink) => sinkReasons(sink, refusal?.message ?? "")),
  ];
  // After close(), and when a required sink is not where it should be.
  if (refusal && !reasons.some(({ failing }) => failing)) {
    const part = refusal.code === "SINK_UNAVAILABLE" ? "sink" : "log";
    reasons.push({ part, code: refusal.code, message: refusal.message, failing: true });
  }
  return reasons.sort((one, other) => Number(other.failing) - Number(one.failing));
}

function journalReasons({ journal: { failure, waiting }, buffer, onFailure }: Observed): HealthReason[] {
  if (!failure) return [];
  const isFull = waiting.entries >= buffer.entries || waiting.bytes >= buffer.bytes;
  const { entries, bytes } = waiting;
  const waits = `${entries} ${entries === 1 ? "entry waits" : "entries wait"} in memory (${sizeInWords(bytes)})`;
  const message = `${failure.message} Since ${failure.since}. ${waits}${isFull ? ", and no more can" : ""}.`;
  // With `continue` nothing is lost as long as it can wait.
  const failing = onFailure === "block" || isFull || failure.code === "JOURNAL_BUSY";
  return [{ part: "journal", code: failure.code, message, failing }];
}

function diskReasons({ disk, littleRoom, onFailure }: Observed): HealthReason[] {
  if (!littleRoom) return [];
  const isFull = disk?.state === "full";
  const code = isFull ? "DISK_FULL" : "DISK_LOW";
  return [{ part: "disk", code, message: littleRoom, failing: isFull && onFailure === "block" }];
}

/** @param said what is said of a refusal already: a reason that stands there is not said again */
function sinkReasons(sink: SinkStatus, said: string): HealthReason[] {
  return [...failureOf(sink, said), ...rejectionsOf(sink)];
}

/** That a required sink lacks entries, whose callers were answered. Others were promised nothing; docs/operations.md says so. */
function rejectionsOf({ name, required, rejected }: SinkStatus): HealthReason[] {
  if (!required || rejected === 0) return [];
  const entries = rejected === 1 ? "an entry" : `${rejected} entries`;
  const message = `The required sink "${name}" did not take ${entries} since this process began: set aside, and not in it.`;
  return [{ part: "sink", code: "ENTRY_REJECTED", message, failing: false }];
}

function failureOf({ name, state, failures, lag, lastError }: SinkStatus, said: string): HealthReason[] {
  const behind = `${sizeInWords(lag.bytes)} wait for it, the oldest for ${Math.round(lag.ms / 1000)} s`;
  const why = lastError !== null && said.includes(lastError) ? "" : ` (${lastError ?? "it did not say why"})`;
  const reason = (code: string, what: string): HealthReason[] => [
    { part: "sink", code, message: `The sink "${name}" ${what}; ${behind}.`, failing: false },
  ];
  if (state === "hanging") return reason("SINK_FAILING", "does not end a write though its time is up");
  if (state === "retrying")
    return reason(
      "SINK_FAILING",
      `has failed ${failures === 1 ? "once" : `${failures} times in a row`}${why}`,
    );
  // No write has failed, but somebody waited in vain.
  if (state === "delivering" && lastError !== null) return reason("SINK_FAILING", `is too slow${why}`);
  return lag.ms > longestLagMs ? reason("SINK_BEHIND", "is behind") : [];
}
