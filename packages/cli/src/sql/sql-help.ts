import { aboutStores } from "../store/open-store.ts";

/** What `sql --help` says behind the flags. */
export const sqlHelp = `
Examples:
  $ openrouter-audit sql "select model, count(*) as n, sum(cost_usd) as usd from calls group by model order by usd desc nulls last"
  $ openrouter-audit sql --since 24h "select user_id, cast(sum(cost_usd) as decimal(18,6)) as usd from calls
      group by user_id order by usd desc nulls last limit 10"
  $ openrouter-audit sql --since 2026-11 "select cast(\\"timestamp\\" as date) as day, model, count(*) as n, sum(cost_usd) as usd
      from calls where user_id = 'u-42' group by 1, 2 order by 1, 2"
  $ openrouter-audit sql "select id, model, cost_usd from calls order by cost_usd desc nulls last limit 10"
  $ openrouter-audit sql "select cast(\\"timestamp\\" as date) as day, count(*) filter (where status = 'error') as errors
      from calls group by 1 order by 1"
  $ openrouter-audit sql "select \\"timestamp\\", user_id, entry->'policy'->>'sort' as sort from calls where zdr is not true" --csv > calls.csv
  $ openrouter-audit sql -f questions/slow.sql /var/log/audit --json | jq .
  $ echo "select count(*) from lines where id is null" | openrouter-audit sql -
  $ openrouter-audit sql "select count(*) from calls where user_id = 'u-42'" postgres://auditor@db.example/audit

The view calls has a row for each call, with the numbers of \`openrouter-audit report\`: ask it whenever calls are counted or
costs summed. The view entries has a row for each entry, calls or not: each id once, and of a call that was taken for
ended and has its real end as well, the real one; each poll of a job tells its whole cost there. The view lines has
all that stands there, as it stands; a line that is no entry has no id.
  $ openrouter-audit sql --columns          columns of entries and lines, and which member of an entry each is
  $ openrouter-audit sql "describe calls"   those of calls, and what they count

Beside the columns stand entry (the whole entry as JSON: entry->'routing'->>'strategy') and line (as it was sealed).
Times are UTC. What nobody measured is null, never 0 (but a call_started has 0 tokens: the call counts).

Files and archives are asked by DuckDB, a table in Postgres by Postgres; what both understand is in docs/sql.md in the
repository, with twenty questions. One statement is taken, and it can only read: SELECT, WITH … SELECT, VALUES, EXPLAIN,
DESCRIBE. Of files it reads nothing but the log. In Postgres it also reads what else your role may.
What does not fit into memory is kept in TMPDIR while it runs, in at most half of what is free there.

To know which entries stand there twice the files are read once before the first row; lines spares that. --since spares
days. The table shows the first 100 rows and fits the terminal (--wide cuts nothing); --json and --csv give all. In JSON
whole numbers beyond 2^53 are text. Nothing that is shown has been verified: that is \`openrouter-audit verify\`.
${aboutStores}`;
