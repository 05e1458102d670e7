import type { AuditEntry } from "../entry/entry.ts";
import type { LogHead } from "../seal/log-head.ts";
import { dayIn } from "./days.ts";
import type { EntryLine } from "./entry-line.ts";
import type { HeadProofs } from "./head-proofs.ts";
import type { LogPoint } from "./log-verification.ts";
import { processIn, type StatedProcess } from "./same-process.ts";
import type { LinePosition, Verdict } from "./verdict.ts";

/** A head that a log names, and where. */
export interface NamedHead {
  readonly head: LogHead;
  readonly at: LinePosition;
}

/** What an entry says about its log, and no more of it: lines that nobody signed can be many, and long. */
interface Statement extends Pick<AuditEntry, "event_type" | "seq" | "recorded_at"> {
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: LinePosition;
}

const saying: Readonly<Record<string, readonly string[]>> = {
  "audit.opened": ["heartbeat_ms", "links", "process"],
  "audit.heartbeat": ["heartbeat_ms", "process"],
  "audit.closed": [],
  "audit.gap": ["count", "reason"],
};

/** What was read of a log elsewhere, as plain data. */
export interface StatementsPart {
  readonly links: readonly NamedHead[];
  readonly closed: LogPoint | null;
  readonly heartbeatMs: number;
  readonly process: StatedProcess | null;
  readonly pending: readonly Statement[];
  readonly misfiled: LogPoint | null;
}

type Report = (verdict: Verdict, seq: number, at: LinePosition, message: string) => void;

/**
 * What the entries of a log say about it, which counts only once a signature covers them: anybody can compute the root of a
 * line that nobody signed.
 */
export class LogStatements {
  readonly links: NamedHead[] = [];
  /** Where the log ended. */
  closed: LogPoint | null = null;
  /** How long the log keeps silent between heartbeats; 0 when it promised none. */
  heartbeatMs = 0;
  process: StatedProcess | null = null;
  readonly #heads: HeadProofs;
  readonly #report: Report;
  #pending: Statement[] = [];
  #misfiled: LogPoint | null = null;
  #misfiledIn = "";
  #file = "";
  #day: string | null = null;

  constructor(heads: HeadProofs, report: Report) {
    this.#heads = heads;
    this.#report = report;
  }

  note(line: EntryLine, at: LinePosition): void {
    if (Object.hasOwn(saying, line.eventType)) this.#pending.push(statementIn(line.entry, at));
    // A day's file never holds what was recorded later: readers that look for a time pass over it.
    if (this.#file !== at.file) {
      this.#file = at.file;
      this.#day = dayIn(at.file);
    }
    if (this.#day === null || this.#misfiledIn === at.file || line.recordedAt.slice(0, 10) <= this.#day)
      return;
    this.#misfiledIn = at.file;
    this.#misfiled ??= { seq: line.seq, time: line.recordedAt, at };
  }

  /** A signature covers the first `size` entries. */
  cover(size: number): void {
    const covered = this.#pending.filter(({ seq }) => seq < size);
    this.#pending = this.#pending.slice(covered.length);
    for (const statement of covered) this.#read(statement);
    if (!this.#misfiled || this.#misfiled.seq >= size) return;
    const { seq, time, at } = this.#misfiled;
    this.#misfiled = null;
    const day = time.slice(0, 10);
    this.#report("MISFILED", seq, at, `recorded on ${day}, and from here on in the file of an earlier day`);
  }

  /** Lines that nothing will cover any more say nothing. */
  leaveUncovered(): void {
    this.#pending = [];
    this.#misfiled = null;
  }

  get part(): StatementsPart {
    const { links, closed, heartbeatMs, process } = this;
    return { links, closed, heartbeatMs, process, pending: this.#pending, misfiled: this.#misfiled };
  }

  join({ links, closed, heartbeatMs, process, pending, misfiled }: StatementsPart): void {
    for (const link of links) this.links.push(link);
    this.closed ??= closed;
    this.heartbeatMs = heartbeatMs || this.heartbeatMs;
    this.process ??= process;
    for (const statement of pending) this.#pending.push(statement);
    this.#misfiled ??= misfiled;
  }

  #read({ event_type, seq, detail, recorded_at, at }: Statement): void {
    const identity = this.process ? null : processIn(detail.process);
    if (identity) this.process = { identity, since: recorded_at };
    switch (event_type) {
      case "audit.opened":
        this.#readOpening(seq, detail, at);
        break;
      case "audit.heartbeat":
        this.#readHeartbeatMs(detail);
        break;
      case "audit.closed":
        this.closed ??= { seq, time: recorded_at, at };
        break;
      case "audit.gap": {
        const { count, reason } = detail;
        const lost = `the log states that ${JSON.stringify(count)} entries were lost: ${JSON.stringify(reason)}`;
        this.#report("GAP", seq, at, lost);
      }
    }
  }

  #readOpening(seq: number, detail: Readonly<Record<string, unknown>>, at: LinePosition): void {
    this.#readHeartbeatMs(detail);
    if (seq !== 0 || !Array.isArray(detail.links)) return;
    for (const link of detail.links as readonly unknown[]) {
      if (this.#heads.isProven(link)) this.links.push({ head: link, at });
      else this.#report("BAD_LINK", seq, at, "a link that proves nothing");
    }
  }

  #readHeartbeatMs({ heartbeat_ms }: { readonly heartbeat_ms?: unknown }): void {
    if (typeof heartbeat_ms === "number") this.heartbeatMs = heartbeat_ms;
  }
}

function statementIn({ event_type, seq, detail, recorded_at }: AuditEntry, at: LinePosition): Statement {
  const said = (detail ?? {}) as Readonly<Record<string, unknown>>;
  const known = saying[event_type]!.map((name) => [name, said[name]]);
  return { event_type, seq, recorded_at, detail: Object.fromEntries(known), at };
}
