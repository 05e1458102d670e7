import { countGroups } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { dollars, type MeasuredRow, measuresOf, measuresSql, picoOf } from "./measured.ts";
import type { Breakdown } from "./measures.ts";
import { mostListed } from "./most-listed.ts";
import type { Report } from "./report.ts";
import { secondsOf, timeOf } from "./times.ts";

/** All calls, and the same calls by each member: docs/reports.md, "Breakdowns". */
export type Breakdowns = Pick<Report, "totals" | Extract<keyof Report, `by_${string}`>>;

export async function breakdowns(asked: CountedEntries): Promise<Breakdowns> {
  const [all] = await asked.ask<MeasuredRow>({ text: `select ${measuresSql} from ${asked.calls} as calls` });
  const by = (column: string) => byColumn(asked, column, all!);
  return {
    totals: measuresOf(all!),
    by_user: await by("user_id"),
    by_model: await by("model"),
    by_provider: await by("provider"),
    by_feature: await by("feature"),
    by_tenant: await by("tenant_id"),
    by_event_type: await by("event_type"),
    by_day: await byTime(asked, secondsOf(`date_trunc('day', "timestamp")`), (day) =>
      timeOf(day).slice(0, 10),
    ),
    by_hour: await byTime(asked, `cast(extract(hour from "timestamp") as double precision)`, (hour) =>
      String(hour).padStart(2, "0"),
    ),
  };
}

async function byColumn(asked: CountedEntries, column: string, all: MeasuredRow): Promise<Breakdown> {
  const rows = await asked.ask<MeasuredRow & { key: string | null; every_group: number }>({
    text: `select ${column} as key, ${measuresSql}, ${countGroups} as every_group
      from ${asked.calls} as calls group by ${column}
      order by count(*) desc, ${column} collate "C" nulls last limit ${mostListed}`,
  });
  const groups = rows[0]?.every_group ?? 0;
  const { calls } = measuresOf(all);
  const listed = rows.reduce((sum, row) => sum + measuresOf(row).calls, 0);
  const pico = rows.reduce((rest, row) => rest - picoOf(row), picoOf(all));
  return {
    groups,
    rows: rows.map((row) => ({ key: row.key, ...measuresOf(row) })),
    others:
      groups > rows.length
        ? { groups: groups - rows.length, calls: calls - listed, cost_usd: dollars(pico) }
        : null,
  };
}

async function byTime(
  asked: CountedEntries,
  time: string,
  keyOf: (value: number) => string,
): Promise<Breakdown> {
  const rows = await asked.ask<MeasuredRow & { key: number }>({
    text: `select ${time} as key, ${measuresSql} from ${asked.calls} as calls group by ${time} order by ${time}`,
  });
  return {
    groups: rows.length,
    rows: rows.map((row) => ({ key: keyOf(row.key), ...measuresOf(row) })),
    others: null,
  };
}
