/** What `openrouter-audit reconcile --help` teaches. */
export const reconcileHelp = `
Examples:
  $ openrouter-audit reconcile --since 7d                    did calls bypass this log? does the cost agree?
  $ openrouter-audit reconcile --since 7d --write            and write down what aborted streams cost
  $ openrouter-audit reconcile --since 30d --every --resume  ask for each id; go on where it was ended
  $ openrouter-audit reconcile --since 2026-11 --key-hash @key-hash.txt --json | jq .findings
  $ openrouter-audit reconcile --since 7d --ids ids-of-our-database.txt

Each morning, by cron, which mails what a command prints:
  30 6 * * *  openrouter-audit reconcile /srv/audit --since 3d --write > /dev/null || echo "see openrouter-audit reconcile"

OPENROUTER_MANAGEMENT_KEY asks what OpenRouter counted (/activity, the last 30 completed UTC days), OPENROUTER_API_KEY for
single calls (/generation); without it the management key does. An account may have keys of other applications: name those
of this log with --key-hash, or all calls of the others are missing. A key typed on the command line ends up in the history of the shell and
in the list of processes: prefer the variables, or @file. Whole UTC days are compared, never today.

Few requests are made: a day each, and then only ids of calls whose cost nobody told, and of groups that differ. They are as slow as
OpenRouter wants. Ctrl-C ends it, and --resume goes on.

What is found, and what cannot be known: docs/reconcile.md. Corrections are entries beside the others; none is edited.

Exit codes: 0 both agree, 1 findings, 2 some could not be settled, 3 not possible.`;
