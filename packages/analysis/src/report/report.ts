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
  /** What each rule of `unusual` looked at, and what it could not judge. */
  readonly unusual_rules: readonly UnusualRule[];
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
  /** The 1,000 with the most calls, the most first. */
  readonly exceptions: readonly PolicyException[];
  /** What is not in `exceptions`; null when all is. */
  readonly others: { readonly groups: number; readonly calls: number } | null;
}

/** What calls should be. What is not said is not looked at. */
export interface PolicyExpectations {
  /** Each call that sends something asks for endpoints that keep nothing: `policy.zdr` is true. */
  readonly zdr?: boolean;
  /** Each call that sends something asks for `policy.data_collection` "deny". */
  readonly deny_data_collection?: boolean;
  /** Only these models, or those beginning so (`openai/*`), by `model_served`, else `model`; a call that names none is no exception. */
  readonly models?: readonly string[];
  /** Only these providers, or those beginning so; a call that reached none is no exception. */
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
  /** Each `audit.gap` about a time in the period, oldest first: the first 1,000. */
  readonly gaps: readonly Gap[];
  /** How many more there are. */
  readonly other_gaps: number;
  /** The sum of the counts of all. */
  readonly lost_entries: number;
  /** Entries that stand there more than once, each counted once above. */
  readonly repeated_entries: number;
  /** Lines that are no entries, in all files that were read: by file, with the most first, the first 1,000. */
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

/** What calls named that none named in the period before: at most 1,000 of each, the earliest first. */
export interface News {
  readonly users: readonly Newcomer[];
  readonly models: readonly Newcomer[];
  readonly providers: readonly Newcomer[];
  /** How many more there are of each. */
  readonly others: { readonly users: number; readonly models: number; readonly providers: number };
}

export interface Newcomer {
  readonly key: string;
  readonly first_seen: string;
  readonly calls: number;
}

/** Something that the rules of docs/reports.md, "Unusual activity", find. The earliest first, at most 1,000. */
export interface UnusualActivity {
  readonly rule: "error_spike" | "cost_spike" | "token_spike" | "off_hours";
  /** Of what: everything, or one user. */
  readonly scope: "all" | "user";
  readonly user_id: string | null;
  /** The hour, day or night it began, RFC 3339. */
  readonly at: string;
  readonly unit: "hour" | "day" | "night";
  /** A share of calls, US dollars, tokens, or calls. */
  readonly value: number;
  /** What is usual, and what `value` exceeds, both in its unit. */
  readonly usual: number;
  readonly threshold: number;
  /** The rule in words, with the numbers of this case; nothing in it comes from the log. */
  readonly explanation: string;
}

/** A rule, and what it could say about the period. */
export interface UnusualRule extends Pick<UnusualActivity, "rule" | "scope" | "unit"> {
  /** What it finds, in words, with its numbers. */
  readonly finds: string;
  /** How many hours, days or nights (of a user: of all users together) it judged. */
  readonly judged: number;
  /** Those that had calls, and too little before them to compare with: nothing can be said of them. */
  readonly not_judged: number;
  /** How many it found, also those that are not listed. */
  readonly found: number;
}

/** Whether what the report was made of is what was sealed. */
export interface ReportVerification {
  /** `not_verified`: it was asked for, and was not possible. */
  readonly result: "intact" | "incomplete" | "tampered" | "not_verified";
  /** Why nothing was verified; null when it was. */
  readonly reason: string | null;
  /** The root key that was trusted, and who said so; null when nothing was verified. */
  readonly key: string | null;
  readonly key_source: "given" | "journal" | null;
  readonly entries: number;
  readonly logs: number;
  /** At most 100, the worst first: see `openrouter-audit verify` for the rest. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly problem_count: number;
  /** What this verification did not look at, in words. */
  readonly not_checked: readonly string[];
  /** What was verified: what was recorded on these UTC days, the last included; null: open. */
  readonly from_day: string | null;
  readonly to_day: string | null;
}
