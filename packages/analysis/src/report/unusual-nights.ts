import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { inPeriod, isEarlier, type Judged, type JudgedCalls } from "./judged-calls.ts";
import { secondsOf } from "./times.ts";
import type { NightHours } from "./unusual-options.ts";
import { baselineDays, fewestDays, type Night, offHoursFactor } from "./unusual-rules.ts";

/** A night of a user. */
export interface NightOfUser extends Night {
  readonly user_id: string;
  /** Its beginning, in seconds since 1970. */
  readonly at: number;
}

/**
 * The nights of the period with enough calls; of each, the greatest of the nights before and on how many days before there were calls: to put behind FROM.
 *
 * @param days of `compareDays`
 */
export function compareNights(
  asked: CountedEntries,
  { calls, period }: JudgedCalls,
  days: string,
  { night: [from, to], minimumCalls }: { readonly night: NightHours; readonly minimumCalls: number },
): Promise<string> {
  const day = `date_trunc('day', "timestamp" - interval '${from} hours')`;
  const length = (to - from + 24) % 24;
  const isNight = `(cast(extract(hour from "timestamp") as integer) + ${24 - from}) % 24 < ${length}`;
  return asked.keep(`with nights as (
      select user_id, ${day} as day, ${day} + interval '${from} hours' as night,
        count(*) as calls, count(case when ${isEarlier(period)} then 1 end) as earlier
      from ${calls} as calls where user_id is not null and ${isNight} group by user_id, ${day}
    ), compared as (
      select *, coalesce(max(calls) over (partition by user_id order by day
        range between interval '${baselineDays} days' preceding and interval '1 day' preceding), 0) as greatest
      from nights
    )
    select one.user_id, one.night, one.calls, one.earlier, one.greatest, count(past.day) as days_before
    from compared as one left join ${days} as past on past.scope = 'user' and past.user_id = one.user_id
        and past.day < one.day and past.day >= one.day - interval '${baselineDays} days'
      where one.calls > ${minimumCalls} and ${inPeriod("one.night", length, period)}
      group by one.user_id, one.night, one.calls, one.earlier, one.greatest`);
}

/** How many nights have a baseline. @param nights of `compareNights` */
export async function judgedNights(asked: CountedEntries, nights: string): Promise<Judged> {
  const [row] = await asked.ask<{ nights: number; judged: number }>({
    text: `select ${countAll} as nights, ${countWhere(`days_before >= ${fewestDays}`)} as judged from ${nights} as nights`,
  });
  return { judged: row!.judged, not_judged: row!.nights - row!.judged };
}

/** Those with a baseline that may be unusual: the rule decides. @param nights of `compareNights` */
export async function greatNights(asked: CountedEntries, nights: string): Promise<NightOfUser[]> {
  const number = (column: string) => `cast(${column} as double precision) as ${column}`;
  return asked.ask<NightOfUser & Record<string, string | number>>({
    text: `select user_id, ${secondsOf("night")} as at, ${["calls", "earlier", "greatest"].map(number).join(", ")}
      from ${nights} as nights where days_before >= ${fewestDays} and calls > ${offHoursFactor} * greatest`,
  });
}
