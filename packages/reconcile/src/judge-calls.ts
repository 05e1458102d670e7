import type { Correction } from "@openrouter-audit/core";
import type { Activity } from "./activity.ts";
import { compareCall, correctionOf } from "./compare-call.ts";
import type { IdAnswer } from "./inquiry.ts";
import type { Ledger } from "./ledger.ts";
import type { LoggedCall } from "./logged-calls.ts";
import type { Finding, Unsettled } from "./reconciliation.ts";
import type { Counted } from "./unrecorded-calls.ts";

/** What is said of single calls. */
export interface JudgedCalls {
  readonly findings: Finding[];
  readonly unsettled: Unsettled[];
  readonly corrections: Correction[];
}

/** What the answers say of calls of the period. docs/reconcile.md, "Findings" */
export function judgeCalls(
  calls: Iterable<LoggedCall>,
  answers: ReadonlyMap<string, IdAnswer>,
  activity: Activity,
  ledger: Pick<Ledger, "counted">,
): JudgedCalls {
  const judged: JudgedCalls = { findings: [], unsettled: [], corrections: [] };
  for (const [id, same] of byId(calls)) {
    const counted = same.map((call) => ledger.counted(call)).find((kind) => kind !== null) ?? null;
    judgeId({ id, same, answer: answers.get(id)!, counted, activity }, judged);
  }
  return judged;
}

function byId(calls: Iterable<LoggedCall>): Map<string, LoggedCall[]> {
  const found = new Map<string, LoggedCall[]>();
  for (const call of calls) {
    const same = found.get(call.generationId);
    if (same) same.push(call);
    else found.set(call.generationId, [call]);
  }
  return found;
}

interface AnsweredId {
  readonly id: string;
  /** The entries that have this id. */
  readonly same: readonly LoggedCall[];
  readonly answer: IdAnswer;
  /** Whether OpenRouter counts it, where it has no record. */
  readonly counted: Counted["kind"] | null;
  readonly activity: Activity;
}

function judgeId(
  { id, same, answer, counted, activity }: AnsweredId,
  { findings, unsettled, corrections }: JudgedCalls,
): void {
  const about = (call: LoggedCall) => ({ ...call.group, id, entry: call.entry, calls: 1 });
  const found = answer.kind === "record" ? answer.generation.facts : null;
  const finding = (kind: Finding["kind"], call: LoggedCall): Finding => {
    return { kind, ...about(call), recorded: call.facts, found, without_id: null };
  };
  // No record is no finding of a call that failed.
  const mustBeThere = same.filter(({ status }) => status !== "error");
  const isUnknown = answer.kind === "unknown";
  if (isUnknown && counted === "not_counted") {
    for (const call of mustBeThere) findings.push(finding("unknown_to_openrouter", call));
    return;
  }
  if (isUnknown && counted !== "counted" && mustBeThere.length === 0) return;
  const inOrder = [...same].sort((a, b) => a.at - b.at || (a.entry < b.entry ? -1 : 1));
  if (answer.kind !== "record") {
    const [first, ...others] = inOrder;
    unsettled.push({ ...whyOf(answer), ...about(first!) });
    for (const other of others) findings.push(finding("twice_in_log", other));
    return;
  }
  const compared = inOrder.map((call) => ({
    call,
    differences: compareCall(call, answer.generation, activity),
  }));
  // The one that was made is the one that agrees with the record, whichever came first.
  const real = compared.find(({ differences }) => differences.length === 0) ?? compared[0]!;
  findings.push(...real.differences);
  const correction = correctionOf(real.call, answer.generation, real.differences);
  if (correction) corrections.push(correction);
  for (const { call } of compared) if (call !== real.call) findings.push(finding("twice_in_log", call));
}

/** Why a question is open. */
export function whyOf(answer: Exclude<IdAnswer, { kind: "record" }>): Pick<Unsettled, "reason" | "because"> {
  if (answer.kind === "failed") return { reason: "failed", because: answer.because };
  return { reason: answer.kind === "unknown" ? "no_record" : answer.kind, because: null };
}
