import type { SqlValue, Statement } from "../entries/entry-table.ts";
import { countAll, countGroups } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import type { PolicyException, PolicyExpectations, PolicyFindings } from "./findings.ts";
import { mostListed } from "./most-listed.ts";
import { secondsOf, timeOf } from "./times.ts";

/** They ask for what was sent before, and say nothing of the routing. */
const sendsSomething = `event_type not in ('video_status', 'video_content', 'batch_status', 'file', 'file_content')`;
const model = "coalesce(model_served, model)";

interface ExceptionRow {
  readonly [column: string]: string | number | null;
  readonly rule: PolicyException["rule"];
  readonly user_id: string | null;
  readonly subject: string | null;
  readonly calls: number;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly every_group: number;
  readonly every_call: number;
}

/** What is asked of calls beside what every report asks. */
export function policyColumns({ zdr, deny_data_collection, models }: PolicyExpectations): string[] {
  return [
    ...(zdr || deny_data_collection || models ? ["model_served"] : []),
    ...(zdr ? ["zdr"] : []),
    ...(deny_data_collection ? ["data_collection"] : []),
  ];
}

/** The calls that were not as they should be: docs/reports.md, "Policy exceptions". */
export async function policyFindings(
  asked: CountedEntries,
  expected: PolicyExpectations,
): Promise<PolicyFindings> {
  const broken = brokenBy(expected, asked.calls);
  if (broken === null) return { expected, exceptions: [], others: null };
  const rows = await asked.ask<ExceptionRow>({
    text: `select rule, user_id, subject, ${countAll} as calls,
        ${secondsOf('min("timestamp")')} as first_seen, ${secondsOf('max("timestamp")')} as last_seen,
        ${countGroups} as every_group,
        cast(sum(count(*)) over () as double precision) as every_call
      from (${broken.text}) as broken group by rule, user_id, subject
      order by count(*) desc, rule collate "C", user_id collate "C" nulls last, subject collate "C" nulls last limit ${mostListed}`,
    values: broken.values ?? [],
  });
  const [first] = rows;
  const listed = rows.reduce((sum, { calls }) => sum + calls, 0);
  return {
    expected,
    exceptions: rows.map(({ rule, user_id, subject, calls, first_seen, last_seen }) => {
      return { rule, user_id, subject, calls, first_seen: timeOf(first_seen), last_seen: timeOf(last_seen) };
    }),
    others:
      first && first.every_group > rows.length
        ? { groups: first.every_group - rows.length, calls: first.every_call - listed }
        : null,
  };
}

/** A row for each call and rule that it broke; null when nothing is expected. */
function brokenBy({ zdr, deny_data_collection, models, providers }: PolicyExpectations, calls: string) {
  const values: SqlValue[] = [];
  const exceptions = (rule: PolicyException["rule"], subject: string, isBroken: string) =>
    `select cast('${rule}' as varchar) as rule, user_id, ${subject} as subject, "timestamp" from ${calls} as calls where ${isBroken}`;
  const outside = (subject: string, allowed: readonly string[]) => {
    const isAllowed = allowed.map((pattern) => {
      const isPrefix = pattern.endsWith("*");
      const place = values.push(isPrefix ? pattern.slice(0, -1) : pattern);
      return isPrefix ? `starts_with(${subject}, $${place})` : `${subject} = $${place}`;
    });
    return `${subject} is not null and not (${["false", ...isAllowed].join(" or ")})`;
  };
  const parts = [
    ...(zdr ? [exceptions("zdr", model, `${sendsSomething} and zdr is not true`)] : []),
    ...(deny_data_collection
      ? [
          exceptions(
            "data_collection",
            model,
            `${sendsSomething} and data_collection is distinct from 'deny'`,
          ),
        ]
      : []),
    ...(models ? [exceptions("model", model, outside(model, models))] : []),
    ...(providers ? [exceptions("provider", "provider", outside("provider", providers))] : []),
  ];
  return parts.length === 0 ? null : ({ text: parts.join(" union all "), values } satisfies Statement);
}
