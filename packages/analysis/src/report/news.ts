import { countAll, countGroups } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import type { News } from "./findings.ts";
import { mostListed } from "./most-listed.ts";
import { secondsOf, timeOf } from "./times.ts";

/** What no call of the period before names: docs/reports.md, "News". */
export async function news(asked: CountedEntries): Promise<News | null> {
  const { callsBefore: before } = asked;
  if (before === null) return null;
  const any = await asked.ask({ text: `select 1 as found from ${before} as calls limit 1` });
  if (any.length === 0) return null;
  const users = await newIn(asked, before, "user_id");
  const models = await newIn(asked, before, "model");
  const providers = await newIn(asked, before, "provider");
  return {
    users: users.listed,
    models: models.listed,
    providers: providers.listed,
    others: { users: users.others, models: models.others, providers: providers.others },
  };
}

async function newIn(asked: CountedEntries, before: string, member: "user_id" | "model" | "provider") {
  const rows = await asked.ask<{ key: string; first_seen: number; calls: number; every: number }>({
    text: `select ${member} as key, ${secondsOf('min("timestamp")')} as first_seen,
        ${countAll} as calls, ${countGroups} as every
      from ${asked.calls} as calls where ${member} is not null
        and ${member} not in (select ${member} from ${before} as before where ${member} is not null)
      group by ${member} order by min("timestamp"), ${member} collate "C" limit ${mostListed}`,
  });
  const listed = rows.map(({ key, first_seen, calls }) => ({ key, first_seen: timeOf(first_seen), calls }));
  return { listed, others: (rows[0]?.every ?? 0) - rows.length };
}
