import { type AuditEntry, type Verdict, verifyJournal } from "@openrouter-audit/core";
import type { CallerProcess } from "./caller-process.ts";
import { type JournalFacts, journalFacts } from "./journal-facts.ts";
import type { World } from "./world.ts";

/** What a crash may leave, and a verification may say of it: a torn or unclosed tail, and the gaps that were signed. */
const leftByCrashes: readonly Verdict[] = ["UNCLOSED", "UNSIGNED_TAIL", "TORN_TAIL", "DUPLICATE"];
const leftByFailures: readonly Verdict[] = [...leftByCrashes, "GAP"];

export interface Judgement {
  readonly facts: JournalFacts;
  readonly violations: string[];
  /** How many logs were not closed, tails unsigned, and so on. */
  readonly verdicts: ReadonlyMap<Verdict, number>;
}

export interface JudgedPromise {
  readonly guarantee: "best_effort" | "recorded" | "write_ahead";
  /** Whether the log may say that entries were lost. @default false */
  readonly mayHaveGaps?: boolean;
  /** Whether each start without an end must have become `unknown` by now. @default true in write_ahead */
  readonly isSettled?: boolean;
}

/** Compares what callers were told and what upstream saw with what stands in the journal. */
export async function judge(
  world: World,
  directory: string,
  callers: readonly CallerProcess[],
  promise: JudgedPromise,
): Promise<Judgement> {
  const facts = journalFacts(directory);
  const { verdicts, violations } = await judgeSeal(directory, promise.mayHaveGaps ?? false);
  const say = (text: string) => violations.push(text);
  for (const caller of callers) {
    const seen = new Set(await world.seen(caller));
    for (const [call, { how, code }] of caller.calls) {
      const ends = endsOf(facts, call);
      if (how === "answered") {
        if (!seen.has(call)) say(`${call} was answered, though upstream never saw it`);
        if (promise.guarantee !== "best_effort" && !promise.mayHaveGaps && ends.length === 0)
          say(`${call} was answered, and has no entry`);
      }
      if (how === "refused" && code !== "JOURNAL_UNWRITABLE" && seen.has(call) && !ends.length)
        say(`${call} was refused with ${code}, reached upstream, and has no entry`);
    }
    if (promise.guarantee !== "write_ahead") continue;
    for (const call of seen)
      if (!facts.starts.has(call)) say(`${call} reached upstream before its start was kept`);
  }
  for (const [call, ends] of facts.ends) {
    const presumed = ends.filter(({ error_type }) => error_type === "process_ended");
    const real = ends.filter((end) => !presumed.includes(end));
    if (idsOf(real) > 1) say(`${call} ended twice`);
    if (idsOf(presumed) > 1) say(`${call} became unknown twice, as two entries`);
    if (real.length > 0 && presumed.length > 0) say(`${call} ended, and was called unknown besides`);
    if (promise.guarantee === "write_ahead" && !facts.starts.has(call)) say(`${call} ended, and never began`);
  }
  if (promise.isSettled ?? promise.guarantee === "write_ahead") {
    for (const [call, starts] of facts.starts) {
      // A commit that failed after its write is made again, in a new log: the same entry, by its id.
      if (idsOf(starts) > 1) say(`${call} began twice`);
      if (endsOf(facts, call).length === 0) say(`${call} began, and nobody says how it ended`);
    }
  }
  return { facts, violations, verdicts };
}

/** Whether a journal verifies with no worse than what the worst day may leave. */
export async function judgeSeal(
  directory: string,
  mayHaveGaps: boolean,
  now = new Date(Date.now() + 86_400_000),
): Promise<{ violations: string[]; verdicts: Map<Verdict, number> }> {
  const { problems } = await verifyJournal(directory, { now });
  const allowed = mayHaveGaps ? leftByFailures : leftByCrashes;
  const verdicts = new Map<Verdict, number>();
  for (const { verdict } of problems) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  const violations = problems
    .filter(({ verdict, result }) => result !== "intact" && !allowed.includes(verdict))
    .map(({ verdict, message, at }) => `${verdict}: ${message} (${at?.file}:${at?.line})`);
  return { violations, verdicts };
}

function idsOf(entries: readonly AuditEntry[]): number {
  return new Set(entries.map(({ id }) => id)).size;
}

export function endsOf(facts: JournalFacts, call: string): readonly AuditEntry[] {
  return facts.ends.get(call) ?? [];
}

/** Starts that only the next process could end. */
export function unknowns(facts: JournalFacts): AuditEntry[] {
  return [...facts.ends.values()].flat().filter(({ error_type }) => error_type === "process_ended");
}
