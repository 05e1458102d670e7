/**
 * Which entries. Every condition given must hold. A condition is on a column of `entries` (`user_id`, `cost_usd`, `route`, `feature`), or on
 * any member by its path (`metadata.ticket`, `parameters.temperature`, `routing.strategy`).
 */
export interface EntryFilter {
  /** Entries whose `timestamp` is this or later. */
  readonly since?: Date | undefined;
  /** Entries whose `timestamp` is before this. */
  readonly until?: Date | undefined;
  /** Whether to include what the log writes about itself (`audit.*`, `call_started`). @default only when `match.event_type` asks for them */
  readonly system?: boolean | undefined;
  readonly match?: { readonly [member: string]: Condition };
}

/**
 * What a member must be: a text, or its beginning (`openai/*`); one of several; a number, or a range of them; true or false;
 * null: not measured, not said. `{ not: … }`: anything else.
 */
export type Condition =
  | ConditionValue
  | readonly ConditionValue[]
  | { readonly min?: number; readonly max?: number }
  | { readonly not: ConditionValue | readonly ConditionValue[] };

export type ConditionValue = string | number | boolean | null;
