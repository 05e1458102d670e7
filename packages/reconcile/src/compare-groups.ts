import type { Activity } from "./activity.ts";
import type { Ledger } from "./ledger.ts";
import type { UnnamedCall } from "./logged-calls.ts";
import type { Finding, FindingKind, Unsettled } from "./reconciliation.ts";
import { added, type Group, groupOf, type Sums, sameCosts, sameTokens } from "./sums.ts";

/** What still differs when all ids of a group were asked. docs/reconcile.md, "Findings" */
export function compareGroups(
  ledger: Ledger,
  activity: Activity,
  unnamed: readonly UnnamedCall[],
): { readonly findings: Finding[]; readonly unsettled: Unsettled[] } {
  const findings: Finding[] = [];
  const unsettled: Unsettled[] = [];
  const differing = ledger.differing().map((key) => ({
    key,
    group: groupOf(key),
    logged: ledger.sumsOf(key),
    found: activity.sums.of(key),
  }));
  const named = (group: UnnamedCall) => JSON.stringify([group.day, group.model]);
  const withoutId = counted(unnamed.map(named));
  const missing = new Map<string, number>();
  for (const { group, logged, found } of differing) {
    const more = Math.max(0, found.requests - logged.requests);
    missing.set(named(group), (missing.get(named(group)) ?? 0) + more);
  }
  for (const { key, group, logged, found } of differing) {
    const more = found.requests - logged.requests;
    const without_id = withoutId.get(named(group)) ?? 0;
    if (more > 0) {
      // Nobody can tell them from those that the log has without an id.
      if (missing.get(named(group))! <= without_id)
        unsettled.push({ reason: "no_id", ...group, id: null, entry: null, calls: more, because: null });
      else
        findings.push({
          ...ofGroup("missing_in_log", group, more, null, tidy(added(found, logged, -1))),
          without_id,
        });
    } else if (ledger.isOpen(key)) continue;
    else if (more < 0) findings.push(ofGroup("unknown_to_openrouter", group, -more, logged, found));
    else {
      if (!sameTokens(logged, found))
        findings.push(ofGroup("tokens_differ", group, found.requests, logged, found));
      if (!sameCosts(logged, found))
        findings.push(ofGroup("cost_differs", group, found.requests, logged, found));
    }
  }
  return { findings, unsettled };
}

function ofGroup(
  kind: FindingKind,
  group: Group,
  calls: number,
  recorded: Sums | null,
  found: Sums,
): Finding {
  return { kind, ...group, id: null, entry: null, calls, recorded, found, without_id: null };
}

/** What is left of two sums of doubles. */
function tidy(sums: Sums): Sums {
  return { ...sums, cost_usd: Number(sums.cost_usd.toFixed(9)) };
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
