import { aboutStores } from "../store/open-store.ts";

/** What `query --help` teaches. */
export const queryHelp = `
Examples:
  $ openrouter-audit query --since 24h
  $ openrouter-audit query --user u-42,u-43 --since 2026-11 --until 2026-11
  $ openrouter-audit query --model 'openai/*,anthropic/*' --status error,aborted --wide
  $ openrouter-audit query --error 429,503 --since yesterday
  $ openrouter-audit query --calls --user u-42 --csv > calls.csv
  $ openrouter-audit query --order -cost_usd --limit 10        the ten that told the highest cost (reads all days)
  $ openrouter-audit query --min-cost 0.5 --feature code_review --tenant acme
  $ openrouter-audit query --where metadata.ticket=T-1017 --where 'user_id!=null'
  $ openrouter-audit query --where 'parameters.temperature>=1' --where tools.called=send_mail
  $ openrouter-audit query --calls --json | jq -s 'group_by(.status) | map({status: .[0].status, calls: length})'
  $ openrouter-audit query --since yesterday --until yesterday --system --format ocsf > events.ndjson
  $ openrouter-audit query --orphans --since 7d
  $ openrouter-audit query --orphans --json | jq -r 'select(.state == "orphaned") | .exchange_id'
  $ openrouter-audit query postgres://auditor@db.example/audit --user u-42 --limit 20
  $ openrouter-audit show 01a20ff7-6428                        one of them, with all that is known of it

Every condition given must hold. A list has commas (one that belongs to a value: \\,), and a name may end in *.
--where takes any column or member: MEMBER=VALUE, !=, >=, <=; null stands for what nobody measured or said; "null" in
quotes is a text. openrouter-audit sql --columns lists the columns, and --json shows every member of an entry; the
pages are docs/entry-format.md and docs/query.md of the project.

Beside calls it finds what was refused before it was sent (call_refused, whose status is error), management, catalogue and
events of the application: --calls leaves them out. Costs are what each entry told, and each poll of a video or a
batch tells the cost of the whole job again. What something cost, say \`openrouter-audit report\` and, by anything,
  $ openrouter-audit sql "select user_id, model, count(*) as n, sum(cost_usd) as usd from calls group by 1, 2"

Times: 24h, 7d, 30m, 2w (ago); now, today, yesterday; 2026, 2026-11, 2026-11-24, 2026-11-24T09 (an
hour); 2026-11-24T09:30 (UTC unless it says otherwise). A day or month counts from its beginning in --since, to its end in --until.

"—" is what nobody measured or said; it is never written as 0 (a start of a call says 0 tokens: its end says how
many, or nobody knows). The table shows the newest 100 entries and fits the terminal (--wide cuts nothing); --json, --csv and --format give all, unless --limit says otherwise.
--limit takes the newest, and of another --order the first; --cursor goes on where a page ended, also while the log
grows: what to give is said on stderr.
What is shown has not been verified: that is \`openrouter-audit verify\`. Where the log says that entries were
lost, of whatever user and model, that is said on stderr: sums over the others are too small then. With a limit, that
is said of the days that had to be read.

--format gives the entries as other systems know them, one a line: ocsf (OCSF 1.8.0: security data lakes, Splunk),
ecs (ECS 9.4: Elastic), cef (CEF: ArcSight, Microsoft Sentinel, QRadar), cloudevents (CloudEvents 1.0.2: event
buses). Each holds the exact line, so that it can still be verified. --system adds what the log says of itself:
without it a SIEM is not told of gaps. What stands where: the README of @openrouter-audit/formats.

--orphans shows calls that began and have no end: "running" while the log that holds the start goes on,
"orphaned" when it is over (it was closed, its process is dead, or it was silent for three heartbeats).
The next process that opens the journal writes down that how an orphaned one ended is unknown; from then on
it is an entry like others (--status unknown). Only logs with \`guarantee: "write_ahead"\` have starts.
${aboutStores}
Its columns find the rows, and its lines are what is shown. --orphans reads all of it, twice.`;
