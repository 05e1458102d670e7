import {
  at,
  byPlace,
  bytes,
  countingRows,
  isCall,
  isIn,
  iso,
  isPresumed,
  nullLast,
  type OraclePeriod,
  repeatedIn,
  type Written,
} from "./counted-rows.ts";

/*
 * What docs/reports.md says of completeness, policy and news, computed the long way. Nothing of the product is used, nothing is fast.
 */

/** @param overNow whether a log is over, which only its machine and the present can tell */
export function completenessOf(
  read: readonly Written[],
  period: OraclePeriod,
  isOver: (log: string) => boolean,
): object {
  const rows = countingRows(read);
  const orphans = { running: 0, orphaned: 0 };
  const seen = new Set<string>();
  for (const start of rows.filter(({ event_type }) => event_type === "call_started").sort(byPlace)) {
    const { exchange_id } = start;
    if (typeof exchange_id !== "string" || seen.has(exchange_id)) continue;
    seen.add(exchange_id);
    const hasEnd = rows.some(
      (other) => other.exchange_id === exchange_id && other.event_type !== "call_started",
    );
    if (!hasEnd && isIn(period)(start)) orphans[isOver(start.log) ? "orphaned" : "running"] += 1;
  }
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const gaps = rows
    .filter(({ event_type }) => event_type === "audit.gap")
    .map((entry) => {
      const { reason, count, since, until } = entry.detail ?? {};
      const isCount = Number.isSafeInteger(count) && count >= 0;
      const gap = {
        log: entry.log,
        reason: text(reason),
        count: isCount ? count : null,
        since: text(since),
        until: text(until),
      };
      return { gap, seq: entry.seq, from: gap.since ?? entry.timestamp, to: gap.until ?? entry.timestamp };
    })
    .filter(({ from, to }) => {
      const { since, until } = period;
      return (!since || to >= since.toISOString()) && (!until || from < until.toISOString());
    })
    .sort((a, b) =>
      a.from < b.from ? -1 : a.from > b.from ? 1 : bytes(a.gap.log, b.gap.log) || a.seq - b.seq,
    )
    .map(({ gap }) => gap);
  return {
    orphans,
    presumed_ended: rows.filter((row) => isCall(row) && isPresumed(row) && isIn(period)(row)).length,
    gaps: gaps.slice(0, 1000),
    other_gaps: Math.max(0, gaps.length - 1000),
    lost_entries: gaps.reduce((sum, { count }) => sum + (count ?? 0), 0),
    repeated_entries: repeatedIn(read, period),
  };
}

interface Expected {
  readonly zdr?: boolean;
  readonly deny_data_collection?: boolean;
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
}

export function policyOf(read: readonly Written[], period: OraclePeriod, expected: Expected): object {
  const asking = ["video_status", "video_content", "batch_status", "file", "file_content"];
  const outside = (name: string | null, allowed: readonly string[]) =>
    name !== null &&
    !allowed.some((each) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each));
  const groups = new Map<
    string,
    { rule: string; user_id: string | null; subject: string | null; times: number[] }
  >();
  for (const call of countingRows(read).filter((row) => isCall(row) && isIn(period)(row))) {
    const model = call.model_served ?? call.model ?? null;
    const provider = call.provider ?? null;
    const sends = !asking.includes(call.event_type);
    const broken: [string, string | null][] = [];
    if (expected.zdr && sends && call.policy?.zdr !== true) broken.push(["zdr", model]);
    if (expected.deny_data_collection && sends && call.policy?.data_collection !== "deny")
      broken.push(["data_collection", model]);
    if (expected.models && outside(model, expected.models)) broken.push(["model", model]);
    if (expected.providers && outside(provider, expected.providers)) broken.push(["provider", provider]);
    for (const [rule, subject] of broken) {
      const user_id = call.user_id ?? null;
      const key = JSON.stringify([rule, user_id, subject]);
      const group = groups.get(key) ?? { rule, user_id, subject, times: [] as number[] };
      group.times.push(at(call));
      groups.set(key, group);
    }
  }
  const all = [...groups.values()]
    .sort(
      (a, b) =>
        b.times.length - a.times.length ||
        bytes(a.rule, b.rule) ||
        nullLast(a.user_id, b.user_id) ||
        nullLast(a.subject, b.subject),
    )
    .map(({ times, ...group }) => {
      return {
        ...group,
        calls: times.length,
        first_seen: iso(Math.min(...times)),
        last_seen: iso(Math.max(...times)),
      };
    });
  const rest = all.slice(1000);
  const calls = rest.reduce((sum, group) => sum + group.calls, 0);
  return {
    expected,
    exceptions: all.slice(0, 1000),
    others: rest.length > 0 ? { groups: rest.length, calls } : null,
  };
}

export function newsOf(
  read: readonly Written[],
  period: OraclePeriod,
  before: OraclePeriod | null,
): object | null {
  const calls = countingRows(read).filter(isCall);
  const earlier = before && calls.filter(isIn(before));
  if (!earlier?.length) return null;
  const found = ["user_id", "model", "provider"].map((member) => {
    const known = new Set(earlier.map((call) => call[member]));
    const groups = new Map<string, number[]>();
    for (const call of calls.filter(isIn(period))) {
      const key = call[member];
      if (typeof key === "string" && !known.has(key)) groups.set(key, [...(groups.get(key) ?? []), at(call)]);
    }
    return [...groups]
      .map(([key, times]) => ({ key, first_seen: iso(Math.min(...times)), calls: times.length }))
      .sort((a, b) => bytes(a.first_seen, b.first_seen) || bytes(a.key, b.key));
  });
  const [users, models, providers] = found.map((each) => each.slice(0, 1000));
  const [moreUsers, moreModels, moreProviders] = found.map((each) => Math.max(0, each.length - 1000));
  return {
    users,
    models,
    providers,
    others: { users: moreUsers, models: moreModels, providers: moreProviders },
  };
}
