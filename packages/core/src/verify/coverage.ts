import { timeOfUuid } from "../entry/uuid-time.ts";
import type { Verdict } from "./verdict.ts";

/** What was given to be verified, and so what can be missed in it. See docs/seal.md, "Verification". */
export interface Coverage {
  /** Whether it claims to be a whole journal: a directory does, single files do not. */
  readonly whole: boolean;
  /** The first UTC day that was read; null when no file of an earlier one was left out. */
  readonly since: string | null;
  /** The last UTC day that was read; null when no file of a later one was left out. */
  readonly until: string | null;
  /**
   * With which `seq` each log goes on in the files of later days that were left out; one that is not named does not go on there. Null: nobody
   * said, so any may.
   */
  readonly later: ReadonlyMap<string, number> | null;
}

/** What it means that a log begins with a later entry than its first. Null: nothing. */
export function missingBefore({ whole, since }: Coverage): Verdict | null {
  if (!whole) return "PARTIAL";
  return since === null ? "SEQ_GAP" : null;
}

/** What it means that entries between two files are missing. */
export function missingBetween({ whole }: Coverage): Verdict {
  return whole ? "SEQ_GAP" : "PARTIAL";
}

/** What it means that a log was longer than it is here. */
export function missingAfter(coverage: Coverage, origin: string): Verdict | null {
  if (!coverage.whole) return "PARTIAL";
  return showsEnd(coverage, origin) ? "TRUNCATED" : null;
}

/** What it means that a log is not here at all. */
export function missingLog(coverage: Coverage, origin: string): Verdict | null {
  return coverage.whole && showsEnd(coverage, origin) && beganIn(coverage, origin) ? "MISSING_STREAM" : null;
}

/** The logs that began in these days and go on in later files, with the entry there: of each, lines must be here. */
export function goingOn({ later, ...coverage }: Coverage): [origin: string, seq: number][] {
  return [...(later ?? [])].filter(([origin, seq]) => seq > 0 && coverage.whole && beganIn(coverage, origin));
}

function beganIn({ since, until }: Pick<Coverage, "since" | "until">, origin: string): boolean {
  const begin = beginOf(origin);
  return (since === null || begin >= since) && (until === null || (begin !== "" && begin <= until));
}

/** The UTC day of the UUID in an origin; of another, none. */
function beginOf(origin: string): string {
  const made = timeOfUuid(origin.slice(origin.lastIndexOf("/") + 1));
  return made?.toISOString().slice(0, 10) ?? "";
}

/** Whether what comes last of a log here is the end of it. */
export function showsEnd({ whole, until, later }: Coverage, origin: string): boolean {
  return whole && (until === null || (later !== null && !later.has(origin)));
}

/** Whether that is so of every log. */
export function showsEnds({ whole, until, later }: Coverage): boolean {
  return whole && (until === null || later !== null);
}
