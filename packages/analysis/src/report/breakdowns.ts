import { isExhausted } from "../duckdb/exhausted.ts";
import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { dollars, isFiner, type MeasuredRow, measuresOf, measuresSql, picoOf } from "./measured.ts";
import type { Breakdown } from "./measures.ts";
import { mostListed } from "./most-listed.ts";
import type { Report } from "./report.ts";
import { secondsOf, timeOf } from "./times.ts";

/** All calls, and the same calls by each member: docs/reports.md, "Breakdowns". */
export type Breakdowns = Pick<Report, "totals" | Name>;

type Name = Extract<keyof Report, `by_${string}`>;

const texts = {
  by_user: "user_id",
  by_model: "model",
  by_provider: "provider",
  by_feature: "feature",
  by_tenant: "tenant_id",
  by_event_type: "event_type",
} as const satisfies Partial<Record<Name, string>>;

const times = {
  by_day: {
    sql: secondsOf(`date_trunc('day', "timestamp")`),
    keyOf: (day: number) => timeOf(day).slice(0, 10),
  },
  by_hour: {
    sql: `cast(extract(hour from "timestamp") as double precision)`,
    keyOf: (hour: number) => String(hour).padStart(2, "0"),
  },
} as const satisfies Partial<Record<Name, object>>;

interface GroupOfCalls extends MeasuredRow {
  /** What the calls are grouped by; null: all of them. */
  readonly by: string | null;
  readonly key: string | null;
  readonly time: number | null;
  readonly every_group: number;
}

/**
 * So many values are held to find percentiles of, each once for every set of groups of a statement; engines do not count them
 * among the memory that they are bound to. About 100 MB.
 */
const mostHeld = 12_000_000;

/** By null: all calls. */
const sets: readonly (Name | null)[] = [
  null,
  ...(Object.keys(texts) as (keyof typeof texts)[]),
  ...(Object.keys(times) as (keyof typeof times)[]),
];

const isText = (name: Name): name is keyof typeof texts => Object.hasOwn(texts, name);
const columnOf = (name: Name) => (isText(name) ? texts[name] : name);

const question = (calls: string, some: readonly (Name | null)[], isWhole: boolean) => {
  const named = some.filter((name) => name !== null);
  const choose = (names: readonly Name[], shownAs: (name: Name) => string, type: string) => {
    const cases = names.map((name) => `when grouping(${columnOf(name)}) = 0 then ${shownAs(name)}`);
    return cases.length === 0 ? `cast(null as ${type})` : `case ${cases.join(" ")} end`;
  };
  const inTime = named.filter((name) => !isText(name));
  const timed = Object.entries(times).map(([name, { sql }]) => `${sql} as ${name}`);
  return `with groups as (
      select ${choose(named, (name) => `'${name}'`, "text")} as "by", ${choose(named.filter(isText), columnOf, "text")} as key,
        ${choose(inTime, columnOf, "double precision")} as time, ${measuresSql(isWhole)}
      from (select *, ${timed.join(", ")} from ${calls} as calls) as calls
      group by grouping sets (${some.map((name) => `(${name === null ? "" : columnOf(name)})`).join(", ")})
    ), placed as (
      select *, cast(count(*) over (partition by "by") as double precision) as every_group,
        row_number() over (partition by "by" order by time, calls desc, key collate "C" nulls last) as place
      from groups
    )
    select * from placed where place <= ${mostListed} or time is not null order by place`;
};

/**
 * By one statement, which reads the calls once, as long as they are no more than some hundred thousand, and no more groups than the engine
 * can hold.
 *
 * @param held values at most
 */
export async function breakdowns(asked: CountedEntries, held = mostHeld): Promise<Breakdowns> {
  const [counted] = await asked.ask<{ calls: number; finer: number }>({
    text: `select ${countAll} as calls, ${countWhere(isFiner)} as finer from ${asked.calls} as calls`,
  });
  const { calls, finer } = counted!;
  let atOnce = Math.max(1, Math.min(sets.length, Math.floor(held / (2 * Math.max(1, calls)))));
  const groups: GroupOfCalls[] = [];
  for (let next = 0; next < sets.length; ) {
    const some = sets.slice(next, next + atOnce);
    try {
      groups.push(
        ...(await asked.ask<GroupOfCalls>({ text: question(asked.pricedCalls, some, finer === 0) })),
      );
      next += some.length;
    } catch (error) {
      if (some.length === 1 || !isExhausted(error)) throw error;
      atOnce = 1;
    }
  }
  const of = (name: Name | null) => groups.filter(({ by }) => by === name);
  const [all] = of(null);
  const byColumn = (name: keyof typeof texts) => mostOf(of(name), all!);
  const byTime = (name: keyof typeof times) => allOf(of(name), times[name].keyOf);
  return {
    totals: measuresOf(all!),
    by_user: byColumn("by_user"),
    by_model: byColumn("by_model"),
    by_provider: byColumn("by_provider"),
    by_feature: byColumn("by_feature"),
    by_tenant: byColumn("by_tenant"),
    by_event_type: byColumn("by_event_type"),
    by_day: byTime("by_day"),
    by_hour: byTime("by_hour"),
  };
}

/** Of those with the most calls, and what is left. */
function mostOf(listed: readonly GroupOfCalls[], all: MeasuredRow): Breakdown {
  const rows = listed.map((group) => ({ key: group.key, ...measuresOf(group) }));
  const groups = listed[0]?.every_group ?? 0;
  if (groups === rows.length) return { groups, rows, others: null };
  const calls = rows.reduce((rest, row) => rest - row.calls, measuresOf(all).calls);
  const pico = listed.reduce((rest, group) => rest - picoOf(group), picoOf(all));
  return { groups, rows, others: { groups: groups - rows.length, calls, cost_usd: dollars(pico) } };
}

function allOf(groups: readonly GroupOfCalls[], keyOf: (time: number) => string): Breakdown {
  const rows = groups.map((group) => ({ key: keyOf(group.time!), ...measuresOf(group) }));
  return { groups: groups.length, rows, others: null };
}
