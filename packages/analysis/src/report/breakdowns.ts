import type { CountedEntries } from "./counted.ts";
import { dollars, isFiner, type MeasuredRow, measuresOf, measuresSql, picoOf } from "./measured.ts";
import type { Breakdown } from "./measures.ts";
import { mostListed } from "./most-listed.ts";
import type { Report } from "./report.ts";
import { secondsOf, timeOf } from "./times.ts";

/** All calls, and the same calls by each member: docs/reports.md, "Breakdowns". */
export type Breakdowns = Pick<Report, "totals" | Name>;

type Name = Extract<keyof Report, `by_${string}`>;

const columns = {
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

/** All of it by one statement: the calls are read once. */
const question = (calls: string, isWhole: boolean) => {
  const sets = [...Object.values(columns), ...Object.keys(times)];
  const grouped = (column: string) => `grouping(${column}) = 0`;
  const choose = (cases: readonly (readonly [column: string, value: string])[]) =>
    `case ${cases.map(([column, value]) => `when ${grouped(column)} then ${value}`).join(" ")} end`;
  const names = [...Object.entries(columns), ...Object.keys(times).map((name) => [name, name])];
  const timed = Object.entries(times).map(([name, { sql }]) => `${sql} as ${name}`);
  return `with groups as (
      select ${choose(names.map(([name, column]) => [column!, `'${name}'`]))} as "by",
        ${choose(Object.values(columns).map((column) => [column, column]))} as key,
        ${choose(Object.keys(times).map((name) => [name, name]))} as time, ${measuresSql(isWhole)}
      from (select *, ${timed.join(", ")} from ${calls} as calls) as calls
      group by grouping sets (${sets.map((column) => `(${column})`).join(", ")}, ())
    ), placed as (
      select *, cast(count(*) over (partition by "by") as double precision) as every_group,
        row_number() over (partition by "by" order by time, calls desc, key collate "C" nulls last) as place
      from groups
    )
    select * from placed where place <= ${mostListed} or time is not null order by place`;
};

export async function breakdowns(asked: CountedEntries): Promise<Breakdowns> {
  const finer = await asked.ask({
    text: `select 1 as found from ${asked.calls} as calls where ${isFiner} limit 1`,
  });
  const groups = await asked.ask<GroupOfCalls>({ text: question(asked.pricedCalls, finer.length === 0) });
  const of = (name: Name | null) => groups.filter(({ by }) => by === name);
  const [all] = of(null);
  const byColumn = (name: keyof typeof columns) => mostOf(of(name), all!);
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
