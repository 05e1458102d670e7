import type { AuditEntry, JsonObject } from "../entry/entry.ts";
import { lifeOf, type ProcessIdentity } from "../journal/process-identity.ts";
import type { EntryLine } from "../verify/entry-line.ts";

/** What an entry says of its log. */
export type Said = Pick<AuditEntry, "event_type" | "detail" | "recorded_at">;

/** The same of a line, and no more of it; null when it is none of the log's own entries. */
export function saidIn(line: EntryLine): Said | null {
  if (!line.eventType.startsWith("audit.")) return null;
  const { event_type, detail, recorded_at } = line.entry;
  const { heartbeat_ms = null, process = null } = detail ?? {};
  return { event_type, detail: { heartbeat_ms, process }, recorded_at };
}

const silentTimes = 3;
const usualHeartbeatMs = 300_000;

/** What a journal says of one log, gathered while it is read: verified is only what was verified before it is noted. */
export class LogFacts {
  readonly origin: string;
  #isClosed = false;
  #heartbeatMs = usualHeartbeatMs;
  #process: ProcessIdentity | null = null;
  #wasDead = false;
  #firstRecordedAt = Number.POSITIVE_INFINITY;
  #lastRecordedAt = 0;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Takes note of an entry of this log. */
  note({ event_type, detail, recorded_at }: Said): void {
    const at = Date.parse(recorded_at);
    if (at > this.#lastRecordedAt) this.#lastRecordedAt = at;
    if (at < this.#firstRecordedAt) this.#firstRecordedAt = at;
    if (event_type === "audit.closed") this.#isClosed = true;
    if (event_type !== "audit.opened" && event_type !== "audit.heartbeat") return;
    const { heartbeat_ms, process } = (detail ?? {}) as JsonObject;
    if (typeof heartbeat_ms === "number" && heartbeat_ms > 0) this.#heartbeatMs = heartbeat_ms;
    if (this.#process) return;
    this.#process = identityIn(process);
    // Looked at before the rest of the log is read: what a process that is dead by now wrote is all there to be read.
    this.#wasDead = this.#process !== null && lifeOf(this.#process) === "dead";
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The UTC day (`YYYY-MM-DD`) the log began, by the UUIDv7 its origin ends in; null for any other origin. */
  get day(): string | null {
    const uuid = /\/([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(this.origin);
    if (!uuid) return null;
    // Such ids never go back, also where the clock did.
    const begun = Math.min(Number.parseInt(`${uuid[1]}${uuid[2]}`, 16), this.#firstRecordedAt);
    return begun <= 8.64e15 ? new Date(begun).toISOString().slice(0, 10) : null;
  }

  /**
   * Whether nothing more will come from the log's process: it said so, it is dead, or, where that cannot be seen from here,
   * the log was silent for three times the heartbeat it promised.
   */
  isOver(now: number, look: "as it was when read" | "again" = "as it was when read"): boolean {
    if (this.#isClosed || this.#wasDead) return true;
    if (this.#process) {
      const life = lifeOf(this.#process);
      if (life === "dead" && look === "again") return true;
      // Numbers of processes are used again: alive is only who began at the same moment.
      if (life !== "unknown" && this.#process.started !== null) return false;
    }
    return now - this.#lastRecordedAt > silentTimes * this.#heartbeatMs;
  }
}

function identityIn(value: unknown): ProcessIdentity | null {
  const { host, pid, boot, machine, pid_namespace, started } = (value ?? {}) as Record<string, unknown>;
  const textOrNull = (text: unknown) => (typeof text === "string" ? text : null);
  if (typeof host !== "string" || !Number.isSafeInteger(pid) || (pid as number) <= 0) return null;
  return {
    host,
    pid: pid as number,
    machine: textOrNull(machine),
    boot: textOrNull(boot),
    pid_namespace: textOrNull(pid_namespace),
    started: textOrNull(started),
  };
}
