import type { EntryTable } from "../entries/entry-table.ts";
import type { Breakdown, HourBreakdown, Measures } from "./measures.ts";

/**
 * What the log says of a period. docs/reports.md defines every number, and `report.schema.json` is its JSON Schema. The same
 * entries give the same report wherever they are, but for `generated_at`, `source`, `verification` and the files in `completeness`.
 */
export interface Report {
  readonly report_version: 1;
  readonly generated_at: string;
  readonly generator: { readonly name: "openrouter-audit"; readonly version: string };
  readonly source: { readonly kind: EntryTable["kind"]; readonly name: string };
  readonly period: ReportPeriod;
  /** The stretch of the same length before it, that `news` and `unusual` compare with; null when `since` or `until` is open. */
  readonly compared_with: ReportPeriod | null;
  readonly entries: EntryCounts;
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
  /** Null when nobody asked for it. */
  readonly verification: ReportVerification | null;
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

/** Calls that were not as they should be. */
export interface PolicyFindings {
  /** What was expected, as it was given. */
  readonly expected: PolicyExpectations;
  readonly exceptions: readonly PolicyException[];
}

/** What calls should be. What is not said is not looked at. */
export interface PolicyExpectations {
  /** Each call asks for endpoints that keep nothing: `policy.zdr` is true. */
  readonly zdr?: boolean;
  /** Each call asks for `policy.data_collection` "deny". */
  readonly deny_data_collection?: boolean;
  /** Only these models, or those beginning so (`openai/*`), by `model_served`, else `model`. */
  readonly models?: readonly string[];
  /** Only these providers, by name; a call without a provider is none. */
  readonly providers?: readonly string[];
}

/** Calls of one user to one model (or provider) that broke one expectation. */
export interface PolicyException {
  readonly rule: "zdr" | "data_collection" | "model" | "provider";
  readonly user_id: string | null;
  /** The model, or of the rule `provider` the provider. */
  readonly subject: string | null;
  readonly calls: number;
  readonly first_seen: string;
  readonly last_seen: string;
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

/** What is known to be missing. Sums are too small by that. */
export interface Completeness {
  /** Calls that were written down before they were sent and have no end. */
  readonly orphans: { readonly running: number; readonly orphaned: number };
  /** Calls whose end nobody saw: `error_type` `process_ended`. They are calls of status `unknown` as well. */
  readonly presumed_ended: number;
  /** Each `audit.gap` about a time in the period, oldest first. */
  readonly gaps: readonly Gap[];
  /** The sum of their counts. */
  readonly lost_entries: number;
  /** Entries that stand there more than once, each counted once above. */
  readonly repeated_entries: number;
  /** Lines that are no entries, in all files that were read: by file, with the most first. */
  readonly unreadable_lines: number;
  readonly unreadable: readonly { readonly file: string; readonly lines: number }[];
}

export interface Gap {
  readonly log: string;
  readonly reason: string | null;
  readonly count: number | null;
  readonly since: string | null;
  readonly until: string | null;
}

/** What was not seen in the period before. */
export interface News {
  readonly users: readonly Newcomer[];
  readonly models: readonly Newcomer[];
  readonly providers: readonly Newcomer[];
}

/** At most 1,000 of each, the earliest first. */
export interface Newcomer {
  readonly key: string;
  readonly first_seen: string;
  readonly calls: number;
}

/** Something that the rules of docs/reports.md, "Unusual activity", find. */
export interface UnusualActivity {
  readonly rule: "error_spike" | "cost_spike" | "token_spike" | "off_hours";
  /** Of what: everything, or one user. */
  readonly scope: "all" | "user";
  readonly user_id: string | null;
  /** The hour or day it began, RFC 3339. */
  readonly at: string;
  readonly unit: "hour" | "day" | "period";
  readonly value: number;
  /** What is usual, and from where on it is unusual, in the unit of `value`. */
  readonly usual: number;
  readonly threshold: number;
  /** The rule in words, with its numbers. */
  readonly explanation: string;
}

/** Whether what the report covers is what was sealed. */
export interface ReportVerification {
  readonly result: "intact" | "incomplete" | "tampered";
  /** The root key that was trusted, and who said so. */
  readonly key: string;
  readonly key_source: "given" | "journal";
  readonly entries: number;
  readonly logs: number;
  /** At most 100: see `openrouter-audit verify` for the rest. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly problem_count: number;
  /** What was verified: the files of these days (UTC), null where it is open. */
  readonly from_day: string | null;
  readonly to_day: string | null;
}
