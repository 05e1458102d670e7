import type { Sums } from "./sums.ts";

/** docs/reconcile.md, "Findings". */
export type FindingKind =
  | "missing_in_log"
  | "unknown_to_openrouter"
  | "twice_in_log"
  | "cost_differs"
  | "tokens_differ"
  | "model_differs";

/** What was found. About one call: `id` and, when the log has it, `entry`. About a group: neither. */
export interface Finding {
  readonly kind: FindingKind;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly model: string | null;
  readonly provider: string | null;
  /** The id of the generation. */
  readonly id: string | null;
  /** The id of the entry. */
  readonly entry: string | null;
  /** How many calls it is about. */
  readonly calls: number;
  /** What the log says, and what OpenRouter says. Of `missing_in_log` in a group, `found` is what those calls have together. */
  readonly recorded: Told | null;
  readonly found: Told | null;
  /** Calls of the log of that day and model that have no id: of `missing_in_log` in a group. */
  readonly without_id: number | null;
}

export interface Told {
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly requests?: number;
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly cost_usd?: number | null;
  readonly cancelled?: boolean | null;
}

/** A question without an answer. docs/reconcile.md, "Findings". */
export interface Unsettled {
  readonly reason: "late" | "no_record" | "refused" | "failed" | "no_id" | "day";
  /** YYYY-MM-DD, UTC; null of an id from elsewhere. */
  readonly day: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly id: string | null;
  readonly entry: string | null;
  readonly calls: number;
  /** Why it was given up, in words: of `failed` and `day`. */
  readonly because: string | null;
}

/** What came of comparing a log with OpenRouter's records. */
export interface Reconciliation {
  readonly reconcile_version: 1;
  /** RFC 3339. */
  readonly generated_at: string;
  readonly source: string;
  readonly openrouter: string;
  readonly period: { readonly since: string; readonly until: string };
  readonly result: "agreed" | "findings" | "incomplete";
  readonly days_not_compared: readonly string[];
  readonly log: {
    /** Calls with an id, and what they add up to as they were recorded, with earlier corrections. */
    readonly calls: number;
    readonly cost_usd: number;
    /** Calls without one, which may have reached OpenRouter. */
    readonly without_id: number;
    /** Calls with an id that failed, were asked for, and of which OpenRouter has no record: that is no finding. */
    readonly failed_without_record: number;
    /** Calls of compared days that OpenRouter, by their records, counts on a day that was not: they are in no group. */
    readonly counted_on_other_days: number;
    /** Calls of the period with a correction that was there before. */
    readonly corrected: number;
  };
  /** What `/activity` adds up to, of the days that it told of; null when it told of none, or was not asked. */
  readonly activity: Sums | null;
  readonly groups: { readonly compared: number; readonly agreed: number };
  /** Requests that this run sent, and ids that have an answer, of this run or an earlier one. */
  readonly asked: { readonly requests: number; readonly ids: number };
  readonly findings: readonly Finding[];
  readonly unsettled: readonly Unsettled[];
  readonly corrections: {
    /** How many entries are to be corrected, and how many were written: 0 unless that was asked for. */
    readonly due: number;
    readonly written: number;
    /** What they add to the cost that the log tells, in US dollars. */
    readonly cost_usd: number;
  };
}
