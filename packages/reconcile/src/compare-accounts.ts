import type { EntryTable } from "@openrouter-audit/analysis";
import type { Correction } from "@openrouter-audit/core";
import { Activity } from "./activity.ts";
import { compareGroups } from "./compare-groups.ts";
import { type DaySpan, dayMs, dayOf } from "./days.ts";
import { groupOfGeneration } from "./generation.ts";
import type { Inquiry } from "./inquiry.ts";
import { judgeCalls } from "./judge-calls.ts";
import { judgeIds } from "./judge-ids.ts";
import { Ledger } from "./ledger.ts";
import {
  type LoggedCall,
  readCalls,
  readCorrections,
  readRepeatedIds,
  sumsOf,
  type UnnamedCall,
} from "./logged-calls.ts";
import type { OpenRouter } from "./openrouter.ts";
import { systemClock } from "./pace.ts";
import type { ReconcileOptions } from "./reconcile-options.ts";
import type { Finding, Reconciliation, Unsettled } from "./reconciliation.ts";
import { added, groupOf, nothing, type Sums } from "./sums.ts";
import { marginMs } from "./unrecorded-calls.ts";

export interface Comparing {
  readonly table: EntryTable;
  readonly inquiry: Inquiry;
  readonly openRouter: OpenRouter;
  readonly span: DaySpan;
  readonly options: ReconcileOptions;
  readonly source: string;
}

/** So long after a job was begun, a poll may tell what it cost: the view `calls` takes it from there. */
const pollsMs = 2 * dayMs;

/** The steps of docs/reconcile.md, "In which order". */
export async function compareAccounts(comparing: Comparing): Promise<Reconciliation> {
  const { table, inquiry, span, options } = comparing;
  const { activity: asksActivity = true, every = false, signal } = options;
  const corrections = await readCorrections(table, span.since, signal);
  const around = { since: span.since - marginMs, until: span.until + marginMs };
  // Whoever brings ids may mean those that a poll told of a week later.
  const until = options.ids === undefined ? span.until + pollsMs : undefined;
  const read = (reader: Parameters<typeof readCalls>[3]) =>
    readCalls(table, { since: around.since, until }, corrections, reader, signal);
  const isInPeriod = ({ at }: { readonly at: number }) => at >= span.since && at < span.until;

  const keys = options.keyHashes?.length ? options.keyHashes : [null];
  const activity = asksActivity ? await inquiry.activity(span, keys) : new Activity();
  const ledger = new Ledger(activity);
  const unnamed: UnnamedCall[] = [];
  const unknown: LoggedCall[] = [];
  const elsewhere = new Set(options.ids ?? []);
  const seen = { calls: 0, corrected: 0, cost_usd: 0 };
  const ofDays = new Set(span.days);
  const repeated = await readRepeatedIds(table, around, signal);
  await read({
    named: (id) => elsewhere.delete(id),
    unnamed: (call) => ofDays.has(call.day) && unnamed.push(call),
    call: (call) => {
      if (!isInPeriod(call)) return;
      seen.calls += 1;
      seen.cost_usd += sumsOf(call.facts).cost_usd;
      if (call.isCorrected) seen.corrected += 1;
      if (every || call.facts.cost_usd === null || repeated.has(call.generationId)) unknown.push(call);
      else ledger.add(call);
    },
  });
  const settle = async (calls: readonly LoggedCall[], groups: readonly string[]) => {
    await inquiry.ask(calls.map(({ generationId: id, at }) => ({ id, at })));
    ledger.settle(calls, groups, inquiry.answers);
  };
  await settle(unknown, []);
  const ofIds = await judgeIds(elsewhere, inquiry, span);
  // Of some keys alone it is not known whether they are among what was counted.
  if (keys[0] === null) for (const generation of ofIds.missing) ledger.addFromElsewhere(generation);

  const askedGroups = new Set<string>();
  for (let groups = ledger.worthAsking(); groups.length > 0 && !every; ) {
    for (const key of groups) askedGroups.add(key);
    const calls: LoggedCall[] = [];
    const [wanted, isAtBorder] = [new Set(groups), borderOf(groups, span)];
    await read({
      call: (call) => {
        if (ledger.asked.has(call.entry)) return;
        if (wanted.has(ledger.keyOf(call)) || isAtBorder(call)) calls.push(call);
      },
    });
    await settle(calls, groups);
    groups = ledger.worthAsking().filter((key) => !askedGroups.has(key));
  }

  const judged = [...ledger.asked.values()].filter(
    (call) => isInPeriod(call) || ledger.counted(call) === "counted",
  );
  const ofCalls = judgeCalls(judged, inquiry.answers, activity, ledger);
  const ofGroups = compareGroups(ledger, activity, unnamed);
  const findings = [...ofGroups.findings, ...ofIds.findings, ...ofCalls.findings].sort(inOrder);
  const daysNotCompared = span.days.filter((day) => !activity.days.has(day));
  const unsettled: Unsettled[] = [
    ...(asksActivity ? daysNotCompared : []).map((day) => ({ ...noCall, day, ...whyNot(day, inquiry) })),
    ...ofGroups.unsettled,
    ...ofCalls.unsettled,
    ...ofIds.unsettled,
  ].sort(inOrder);
  const written = await writeCorrections(ofCalls.corrections, options);
  return {
    reconcile_version: 1,
    generated_at: new Date((options.clock ?? systemClock).now()).toISOString(),
    source: comparing.source,
    openrouter: comparing.openRouter.baseURL,
    period: {
      since: new Date(span.since).toISOString(),
      until: new Date(span.until).toISOString(),
    },
    result: findings.length > 0 ? "findings" : unsettled.length > 0 ? "incomplete" : "agreed",
    days_not_compared: daysNotCompared,
    log: {
      ...seen,
      without_id: unnamed.length,
      failed_without_record: judged.filter(isFailedWithoutRecord(inquiry, ledger)).length,
      counted_on_other_days: idsOnOtherDays(judged.filter(isInPeriod), inquiry, activity).size,
    },
    activity: activity.days.size > 0 ? sumOf(activity) : null,
    groups: { compared: ledger.groups().length, agreed: ledger.agreeing().length },
    asked: { requests: comparing.openRouter.requests, ids: inquiry.answers.size },
    findings,
    unsettled,
    corrections: { due: ofCalls.corrections.length, written, cost_usd: addedCost(ofCalls.corrections) },
  };
}

function whyNot(day: string, { givenUp }: Inquiry): Pick<Unsettled, "reason" | "because"> {
  const because = givenUp.get(day);
  if (because !== undefined) return { reason: "failed", because };
  return { reason: "day", because: "OpenRouter has sums of the last 30 completed days only" };
}

const noCall = { model: null, provider: null, id: null, entry: null, calls: 0 };

/** Which calls outside of the period may count in groups of its first or last day. */
function borderOf(groups: readonly string[], { since, until }: DaySpan): (call: LoggedCall) => boolean {
  const name = (day: string, model: string | null) => JSON.stringify([day, model]);
  const named = new Set(groups.map(groupOf).map(({ day, model }) => name(day, model)));
  return ({ at, group }) => {
    if ((at >= since && at < until) || at >= until + marginMs) return false;
    return named.has(name(at < since ? dayOf(since) : dayOf(until - dayMs), group.model));
  };
}

function isFailedWithoutRecord({ answers }: Inquiry, ledger: Ledger): (call: LoggedCall) => boolean {
  return (call) =>
    call.status === "error" &&
    answers.get(call.generationId)?.kind === "unknown" &&
    ledger.counted(call) !== "counted";
}

/** The ids of calls of days that were compared which OpenRouter counts on a day that was not. */
function idsOnOtherDays(
  calls: readonly LoggedCall[],
  { answers }: Inquiry,
  { days }: Activity,
): ReadonlySet<string> {
  const isElsewhere = ({ generationId, group }: LoggedCall) => {
    const answer = answers.get(generationId);
    return (
      answer?.kind === "record" && days.has(group.day) && !days.has(groupOfGeneration(answer.generation).day)
    );
  };
  return new Set(calls.filter(isElsewhere).map(({ generationId }) => generationId));
}

async function writeCorrections(due: readonly Correction[], { corrections, signal }: ReconcileOptions) {
  let written = 0;
  for (const correction of corrections ? due : []) {
    signal?.throwIfAborted();
    await corrections!.recordCorrection(correction);
    written += 1;
  }
  return written;
}

function addedCost(corrections: readonly Correction[]): number {
  const cost = corrections.reduce(
    (sum, { found, recorded }) => sum + (found.cost_usd ?? 0) - (recorded.cost_usd ?? 0),
    0,
  );
  return Number(cost.toFixed(12));
}

function sumOf({ sums }: Activity): Sums {
  return [...sums.keys()].reduce((sum, key) => added(sum, sums.of(key)), nothing);
}

function inOrder<Said extends Finding | Unsettled>(a: Said, b: Said): number {
  const texts = (said: Finding | Unsettled) => {
    const { day, model, provider, id } = said;
    return `${day} ${model} ${provider} ${"kind" in said ? said.kind : said.reason} ${id ?? ""}`;
  };
  return texts(a) < texts(b) ? -1 : 1;
}
