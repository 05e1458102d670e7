import type { EntryTable } from "../entries/entry-table.ts";
import type {
  Completeness,
  News,
  PolicyFindings,
  ReportVerification,
  UnusualActivity,
  UnusualRule,
} from "./findings.ts";
import type { Breakdown, HourBreakdown, Measures } from "./measures.ts";

export type {
  Completeness,
  Gap,
  Newcomer,
  News,
  PolicyException,
  PolicyExpectations,
  PolicyFindings,
  ReportVerification,
  UnusualActivity,
  UnusualRule,
} from "./findings.ts";

/**
 * What the log says of a period. docs/reports.md defines every number, and `report.schema.json` is its JSON Schema. The same
 * entries give the same report wherever they are, but for `generated_at`, `source`, `verification` and the files in `completeness`.
 */
export interface Report {
  readonly report_version: 1;
  readonly generated_at: string;
  readonly generator: { readonly name: "openrouter-audit"; readonly version: string };
  readonly source: ReportSource;
  readonly period: ReportPeriod;
  /** The period before it, that `news` compares with; null when `since` or `until` is open. What `unusual` compares with is in docs/reports.md. */
  readonly compared_with: ReportPeriod | null;
  readonly entries: EntryCounts;
  /** The latest `timestamp` of an entry of the period; null when it has none: then nothing was recorded, or something else was read. */
  readonly newest_entry: string | null;
  /** Of all calls. */
  readonly totals: Measures;
  readonly by_user: Breakdown;
  readonly by_model: Breakdown;
  readonly by_provider: Breakdown;
  readonly by_feature: Breakdown;
  readonly by_tenant: Breakdown;
  readonly by_event_type: Breakdown;
  /** Keys are UTC days, oldest first; days without calls are left out. */
  readonly by_day: Breakdown;
  /** Keys are the hours of the UTC day, `00` to `23`, over all days. */
  readonly by_hour: Breakdown;
  /** Each UTC hour that had calls, oldest first: for charts, and for who looks for a moment. At most the last 2,400. */
  readonly hours: HourBreakdown;
  readonly errors: readonly ErrorGroup[];
  readonly attribution: Attributions;
  readonly refused: Refusals;
  readonly policy: PolicyFindings;
  readonly streams: StreamFacts;
  readonly completeness: Completeness;
  /** Null without a period to compare with, or where nothing was recorded in that. */
  readonly news: News | null;
  readonly unusual: readonly UnusualActivity[];
  /** What each rule of `unusual` looked at, and what it could not judge. */
  readonly unusual_rules: readonly UnusualRule[];
  /** Null when nobody asked for it. */
  readonly verification: ReportVerification | null;
}

/** What was asked, and which days of recording it has (YYYY-MM-DD); null when it has none. */
export interface ReportSource {
  readonly kind: EntryTable["kind"];
  readonly name: string;
  readonly first_day: string | null;
  readonly last_day: string | null;
}

/** From `since` on, before `until`, by `timestamp`, in RFC 3339; null: open. */
export interface ReportPeriod {
  readonly since: string | null;
  readonly until: string | null;
}

/** The entries of the period, each once, by what they are. */
export interface EntryCounts {
  /** Exchanges that asked a model for something, or may have: all but those below. Only these are in the sums. */
  readonly calls: number;
  /** `management`: keys, credits, records of generations. */
  readonly management: number;
  /** `catalogue`: lists of models and endpoints. */
  readonly catalogue: number;
  /** `call_refused`: nothing was sent. */
  readonly refused: number;
  /** The application's own: those with a dot in their type. */
  readonly application: number;
  /** `audit.*` and `call_started`. */
  readonly system: number;
}

/** Calls that ended as `error`, `aborted` or `unknown`, the most frequent first. */
export interface ErrorGroup {
  readonly status: string;
  readonly error_type: string | null;
  readonly error_code: string | null;
  readonly calls: number;
  /** Of all calls of the period. */
  readonly share: number;
  readonly last_seen: string;
}

/** How many calls are of whom. */
export interface Attributions {
  readonly authenticated: number;
  readonly anonymous: number;
  readonly no_context: number;
  readonly unresolved: number;
  /** Something else that a line says. */
  readonly other: number;
}

/** What was not sent, and what a model would not answer. */
export interface Refusals {
  /** `call_refused`: by `error_type`, the most frequent first. They are no calls: nothing was sent. */
  readonly by_application: readonly { readonly error_type: string | null; readonly calls: number }[];
  /** Calls whose answer holds a refusal of the model. */
  readonly by_model: number;
}

export interface StreamFacts {
  /** Calls that asked for a stream. */
  readonly calls: number;
  /** Of those, that ended as `aborted`. */
  readonly aborted: number;
  /** Of those, that ended otherwise without having arrived to the end (`response_complete` is false). */
  readonly cut: number;
  /** Of the aborted and the cut ones, those whose cost nobody has told: ask OpenRouter for it by their `generation_id`. */
  readonly without_cost: number;
}
