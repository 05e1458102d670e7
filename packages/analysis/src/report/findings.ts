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
