/** What `openrouter-audit report --help` teaches. */
export const reportHelp = `
Examples:
  $ openrouter-audit report                                  everything, for a person
  $ openrouter-audit report --period 2026-11 -o november.html
  $ openrouter-audit report --period yesterday --markdown | mail -s "LLM calls" you@example.com
  $ openrouter-audit report --since 2026-11-01 --until 2026-11-14 --csv > calls.csv
  $ openrouter-audit report --period 7d --json | jq '.by_user.rows[] | {key, cost_usd}'
  $ openrouter-audit report --expect-zdr --expect-models 'openai/*,anthropic/*' --fail-on policy
  $ openrouter-audit report postgres://auditor@db.example/audit --period 2026-11 --key @public-key.txt

Each hour, by cron, which mails what a command prints; and each morning a page of yesterday:
  5 * * * *   openrouter-audit report /srv/audit --since 24h --fail-on anomalies,gaps,silent --silent-after 1h > /dev/null
  15 6 * * *  openrouter-audit report /srv/audit --period yesterday --force -o /srv/reports/yesterday.html

Periods: 24h, 7d, 30m, 2w (until now); today, yesterday; 2026, 2026-11, 2026-11-24, 2026-11-24T09 (an hour). A moment
is no period. Times of --since and --until are those of query. All is UTC. What is new and what is unusual is found by comparing with the time before the period:
without a beginning there is nothing to compare with.

--fail-on makes it exit with 1, and says why on stderr, one line each; with --json in "failures" as well:
  anomalies     unusual activity, by the rules of docs/reports.md (errors, cost, tokens, off hours)
  policy        calls that are not what --expect-… says they should be
  gaps          lost entries, calls without an end, lines that cannot be read: what is missing
  silent        nothing was recorded in the period, not even a heartbeat; with --silent-after 1h also when the newest
                entry is older than that, at the end of the period or now: the application is dead, or writes elsewhere
  unattributed  calls that nobody can be held to (no_context, unresolved)
  unverified    the log is not, all of it, what was sealed; or that could not be found out
  errors        any call that ended as an error

It is checked whether the log is what was sealed, for the days that the report read. Without --key the key is taken
from the journal itself, which finds damage, and not who replaced both. A table in Postgres, or a lake, is checked
only with --key.
Every number is defined in docs/reports.md. "—" is what nobody measured or said. A sum counts it
as 0: under "What needs attention" stands of how many calls nobody told the cost.

A file is written whole or not at all, and readable for you alone.

Exit codes: 0 there is a report, 1 something of --fail-on was found, or the log is tampered with, 3 no report.`;
