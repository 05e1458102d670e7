import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { inPeriod, isEarlier, type Judged, type JudgedCalls } from "./judged-calls.ts";
import { secondsOf } from "./times.ts";
import { baselineDays, fewestDays, type MeasuredDay, spikeFactors } from "./unusual-rules.ts";

/** A day of everything, or of one user, that is so much that it may be a spike. */
export interface DayOfCalls {
  readonly scope: "all" | "user";
  readonly user_id: string | null;
  /** Its beginning, in seconds since 1970. */
  readonly at: number;
  readonly cost: MeasuredDay;
  readonly tokens: MeasuredDay;
}

/** The days of everything and of each user; how many of the days before had calls; and which of them are of the period: to put behind FROM. */
export function compareDays(asked: CountedEntries, { pricedCalls, period }: JudgedCalls): Promise<string> {
  const day = `date_trunc('day', "timestamp")`;
  const earlier = (column: string) => `coalesce(sum(case when ${isEarlier(period)} then ${column} end), 0)`;
  return asked.keep(`with days as (
      select case when grouping(user_id) = 1 then 'all' else concat('user ', user_id) end as who, user_id,
        case when grouping(user_id) = 1 then 'all' else 'user' end as scope, ${day} as day,
        coalesce(sum(cost_pico), 0) as cost, ${earlier("cost_pico")} as earlier_cost,
        coalesce(sum(all_tokens), 0) as tokens, ${earlier("all_tokens")} as earlier_tokens
      from ${pricedCalls} as calls group by grouping sets ((user_id, ${day}), (${day}))
      having grouping(user_id) = 1 or user_id is not null
    )
    select *, count(*) over (partition by who order by day
        range between interval '${baselineDays} days' preceding and interval '1 day' preceding) as days_before,
      ${inPeriod("day", 24, period)} as is_of_period
    from days`);
}

/** How many days of the period have a baseline. @param days of `compareDays` */
export async function judgedDays(
  asked: CountedEntries,
  days: string,
): Promise<Record<"all" | "user", Judged>> {
  const rows = await asked.ask<{ scope: string; days: number; judged: number }>({
    text: `select scope, ${countAll} as days, ${countWhere(`days_before >= ${fewestDays}`)} as judged
      from ${days} as days where is_of_period group by scope`,
  });
  const of = (scope: string) => {
    const { days, judged } = rows.find((row) => row.scope === scope) ?? { days: 0, judged: 0 };
    return { judged, not_judged: days - judged };
  };
  return { all: of("all"), user: of("user") };
}

/**
 * The days with a baseline that may be spikes, with that; the rule decides. Most days of most users are not even looked at.
 *
 * @param days of `compareDays`
 * @param minimum trillionths of a dollar, and tokens
 */
export async function greatDays(
  asked: CountedEntries,
  days: string,
  minimum: { readonly cost: number; readonly tokens: number },
): Promise<DayOfCalls[]> {
  const factor = `case when one.scope = 'all' then ${spikeFactors.all.median} else ${spikeFactors.user.median} end`;
  const exceeds = (member: "cost" | "tokens") => `one.${member} > ${minimum[member]}`;
  const mayBeSpike = (member: "cost" | "tokens") =>
    `${exceeds(member)} and one.${member} > ${factor} * percentile_disc(0.5) within group (order by past.${member})`;
  const figures = ["cost", "earlier_cost", "tokens", "earlier_tokens"];
  const rows = await asked.ask<Record<string, string | number | null>>({
    text: `select one.scope, one.user_id, ${secondsOf("one.day")} as at,
        ${figures.map((name) => `cast(one.${name} as varchar) as ${name}`).join(", ")},
        string_agg(cast(past.cost as varchar), ',') as costs_before,
        string_agg(cast(past.tokens as varchar), ',') as tokens_before
      from ${days} as one join ${days} as past on past.who = one.who
        and past.day < one.day and past.day >= one.day - interval '${baselineDays} days'
      where one.is_of_period and one.days_before >= ${fewestDays} and (${exceeds("cost")} or ${exceeds("tokens")})
      group by one.who, one.scope, one.user_id, one.day, ${figures.map((name) => `one.${name}`).join(", ")}
      having (${mayBeSpike("cost")}) or (${mayBeSpike("tokens")})`,
  });
  return rows.map((row) => ({
    scope: row.scope as DayOfCalls["scope"],
    user_id: row.user_id as string | null,
    at: row.at as number,
    cost: measured(row.cost, row.earlier_cost, row.costs_before),
    tokens: measured(row.tokens, row.earlier_tokens, row.tokens_before),
  }));
}

function measured(value: unknown, earlier: unknown, before: unknown): MeasuredDay {
  const each = String(before).split(",").map(BigInt);
  return { value: BigInt(String(value)), earlier: BigInt(String(earlier)), before: each };
}
