import { checkOptions } from "@openrouter-audit/core/sink";

/** What an operator may want other numbers for. docs/reports.md, "Unusual activity", has the rules. */
export interface UnusualOptions {
  /** A day that cost no more than this, in US dollars, is no `cost_spike`. @default 5 */
  readonly minimumCostUsd?: number | undefined;
  /** A day with no more tokens than this is no `token_spike`. @default 1_000_000 */
  readonly minimumTokens?: number | undefined;
  /** An hour with fewer calls than this is no `error_spike`, a night with no more is not `off_hours`. @default 20 */
  readonly minimumCalls?: number | undefined;
}

/** From the first hour of the UTC day on, before the second, which may be on the day after. */
export type NightHours = readonly [from: number, to: number];

/** What the rules go by. */
export interface UnusualTerms extends Required<UnusualOptions> {
  readonly minimumCostUsd: number;
  readonly minimumTokens: number;
  readonly minimumCalls: number;
  readonly night: NightHours;
}

/** With what was not given. @throws AuditError `INVALID_OPTIONS` */
export function termsOf(options: {
  readonly offHours?: NightHours | undefined;
  readonly unusual?: UnusualOptions | undefined;
}): UnusualTerms {
  const { offHours = [22, 6], unusual = {} } = options;
  checkOptions("report", { offHours }, { offHours: [isNight, "two different whole hours, 0 to 23"] });
  checkOptions("report, unusual", unusual, {
    minimumCostUsd: [isAmount, "a number of dollars, 0 or more"],
    minimumTokens: [isAmount, "a number, 0 or more"],
    minimumCalls: [(value) => isAmount(value) && (value as number) >= 1, "a number, 1 or more"],
  });
  const { minimumCostUsd = 5, minimumTokens = 1_000_000, minimumCalls = 20 } = unusual;
  return { minimumCostUsd, minimumTokens, minimumCalls, night: offHours };
}

function isNight(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((hour) => Number.isInteger(hour) && hour >= 0 && hour < 24) &&
    value[0] !== value[1]
  );
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}
