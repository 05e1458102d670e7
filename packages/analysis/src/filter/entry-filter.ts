/**
 * Which entries. Every condition given must hold. A condition is on a column of `entries` (`user_id`, `cost_usd`, `route`, `feature`), or on
 * any member by its path (`metadata.ticket`, `parameters.temperature`, `metadata."a.b"`).
 */
export interface EntryFilter {
  /** Entries whose `timestamp` is this or later. */
  readonly since?: Date | undefined;
  /** Entries whose `timestamp` is before this. */
  readonly until?: Date | undefined;
  /** Whether to include what the log writes about itself (`audit.*`, `call_started`). @default only when `match.event_type` asks for them */
  readonly system?: boolean | undefined;
  /** Only calls, as a report counts them: not what was refused before it was sent, management, catalogues, events of the application. Not with `system`. @default false */
  readonly calls?: boolean | undefined;
  readonly match?: { readonly [member: string]: Condition } | undefined;
}

/**
 * What a member must be: a text, or its beginning (`openai/*`); one of several; a number, or a range of them, both ends in it; true or
 * false; null: not measured, not said. `{ not: … }`: anything else, null too unless it is named. Of a list by its path: one of its items.
 */
export type Condition =
  | ConditionValue
  | readonly ConditionValue[]
  | { readonly min?: RangeEnd | undefined; readonly max?: RangeEnd | undefined }
  | { readonly not: ConditionValue | readonly ConditionValue[] };

/** A time is a `Date` or its RFC 3339 text. */
export type ConditionValue = string | number | boolean | null | Date;

/** Of a number, or of a time. */
export type RangeEnd = number | string | Date;
