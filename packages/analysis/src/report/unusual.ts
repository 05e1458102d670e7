import type { CountedEntries, Window } from "./counted.ts";
import type { UnusualActivity, UnusualRule } from "./findings.ts";
import { type Judged, judgedCalls } from "./judged-calls.ts";
import { mostListed } from "./most-listed.ts";
import { timeOf } from "./times.ts";
import { compareDays, type DayOfCalls, greatDays, judgedDays } from "./unusual-days.ts";
import { errorSpikes, hoursOf } from "./unusual-hours.ts";
import { compareNights, greatNights, judgedNights } from "./unusual-nights.ts";
import { type NightHours, termsOf, type UnusualOptions } from "./unusual-options.ts";
import { errorSpikeFinds, offHours, offHoursFinds, spike, spikeFinds } from "./unusual-rules.ts";

/** What the rules found, and what they could say. */
export interface UnusualFindings {
  readonly unusual: readonly UnusualActivity[];
  readonly unusual_rules: readonly UnusualRule[];
}

const spikes = ["cost_spike", "token_spike"] as const;
const scopes = ["all", "user"] as const;

/**
 * What was not as it was before: docs/reports.md, "Unusual activity".
 *
 * @param asked with what was read since `baselineSince(period.since)`
 * @throws AuditError `INVALID_OPTIONS`
 */
export async function unusualActivity(
  asked: CountedEntries,
  period: Window,
  options: { readonly offHours?: NightHours | undefined; readonly unusual?: UnusualOptions | undefined } = {},
): Promise<UnusualFindings> {
  const terms = termsOf(options);
  const { minimumCalls, night } = terms;
  const minimum = { cost_spike: terms.minimumCostUsd, token_spike: terms.minimumTokens };
  const calls = await judgedCalls(asked, period);
  const compared = await compareDays(asked, calls);
  const days = await judgedDays(asked, compared);
  const great = await greatDays(asked, compared, {
    cost: minimum.cost_spike * 1e12,
    tokens: minimum.token_spike,
  });
  const hours = errorSpikes(await hoursOf(asked, calls), minimumCalls);
  const comparedNights = await compareNights(asked, calls, compared, terms);
  const nights = await judgedNights(asked, comparedNights);
  const found: readonly UnusualActivity[] = [
    ...spikes.flatMap((rule) => great.flatMap((day) => spikeOf(rule, day, minimum[rule]))),
    ...hours.stretches.map(({ at, ...judgement }) => {
      return { ...byRule("error_spike", "all", "hour"), user_id: null, at: timeOf(at), ...judgement };
    }),
    ...(await greatNights(asked, comparedNights)).flatMap(({ user_id, at, ...counts }) => {
      const judgement = offHours(counts, minimumCalls, night);
      return judgement
        ? [{ ...byRule("off_hours", "user", "night"), user_id, at: timeOf(at), ...judgement }]
        : [];
    }),
  ];
  const withCounts = (rule: ByRule, finds: string, { judged, not_judged }: Judged): UnusualRule => {
    const isOfRule = (each: ByRule) => each.rule === rule.rule && each.scope === rule.scope;
    return { ...rule, finds, judged, not_judged, found: found.filter(isOfRule).length };
  };
  return {
    unusual: [...found].sort(inOrder).slice(0, mostListed),
    unusual_rules: [
      ...spikes.flatMap((rule) =>
        scopes.map((scope) =>
          withCounts(byRule(rule, scope, "day"), spikeFinds(rule, scope, minimum[rule]), days[scope]),
        ),
      ),
      {
        ...withCounts(byRule("error_spike", "all", "hour"), errorSpikeFinds(minimumCalls), hours),
        found: hours.found,
      },
      withCounts(byRule("off_hours", "user", "night"), offHoursFinds(minimumCalls, night), nights),
    ],
  };
}

type ByRule = Pick<UnusualActivity, "rule" | "scope" | "unit">;

const byRule = <Rule extends ByRule["rule"], Scope extends ByRule["scope"], Unit extends ByRule["unit"]>(
  rule: Rule,
  scope: Scope,
  unit: Unit,
) => ({ rule, scope, unit });

function spikeOf(rule: (typeof spikes)[number], day: DayOfCalls, minimum: number): UnusualActivity[] {
  const { scope, user_id, at } = day;
  const judgement = spike(rule, scope, rule === "cost_spike" ? day.cost : day.tokens, minimum);
  return judgement ? [{ ...byRule(rule, scope, "day"), user_id, at: timeOf(at), ...judgement }] : [];
}

function inOrder(a: UnusualActivity, b: UnusualActivity): number {
  const key = ({ at, rule, scope, user_id }: UnusualActivity) => [at, rule, scope, user_id ?? ""];
  const [first, second] = [key(a), key(b)];
  const differing = first.findIndex((part, index) => part !== second[index]);
  return differing < 0 ? 0 : Buffer.compare(Buffer.from(first[differing]!), Buffer.from(second[differing]!));
}
