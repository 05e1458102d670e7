/** What an operator may want other numbers for. docs/reports.md, "Unusual activity", has the rules. */
export interface UnusualOptions {
  /** A day that cost no more than this, in US dollars, is no `cost_spike`. @default 5 */
  readonly minimumCostUsd?: number;
  /** A day with no more tokens than this is no `token_spike`. @default 1_000_000 */
  readonly minimumTokens?: number;
  /** An hour with fewer calls than this is no `error_spike`, a night with no more is not `off_hours`. @default 20 */
  readonly minimumCalls?: number;
}
