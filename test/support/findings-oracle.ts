/**
 * What docs/reports.md says of completeness, policy, news and unusual activity, computed the long way from all entries that were read.
 * Nothing of the product is used, nothing is fast.
 */

// biome-ignore lint/suspicious/noExplicitAny: an entry of which any member may be anything.
export type Written = Record<string, any>;

export interface OraclePeriod {
  readonly since: Date | null;
  readonly until: Date | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const times = new Map<string, number>();
function at({ timestamp }: Written): number {
  const time = times.get(timestamp) ?? Date.parse(timestamp);
  times.set(timestamp, time);
  return time;
}
export const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const nullLast = (a: string | null, b: string | null) =>
  a === null || b === null ? Number(a === null) - Number(b === null) : bytes(a, b);
export const byPlace = (a: Written, b: Written) =>
  bytes(a.recorded_at, b.recorded_at) || bytes(a.log, b.log) || a.seq - b.seq;
const isPresumed = (entry: Written) => entry.error_type === "process_ended" && entry.status === "unknown";
export const isIn = ({ since, until }: OraclePeriod) => {
  return (entry: Written) =>
    !Number.isNaN(at(entry)) && (!since || at(entry) >= +since) && (!until || at(entry) < +until);
};
const iso = (time: number) => new Date(time).toISOString();

/** What a report looks at: of the days from the first on, what is of that time, and what logs say of themselves. */
export function lookedAt(entries: readonly Written[], time: OraclePeriod): Written[] {
  const fromDay = time.since?.toISOString().slice(0, 10) ?? "";
  return entries
    .filter(({ recorded_at }) => recorded_at.slice(0, 10) >= fromDay)
    .filter((entry) => isIn(time)(entry) || entry.event_type.startsWith("audit."));
}

/** The rows that count: each id once, and real ends in place of presumed ones. */
export function countingRows(read: readonly Written[]): Written[] {
  const first = new Map<string, Written>();
  for (const entry of [...read].sort(byPlace)) if (!first.has(entry.id)) first.set(entry.id, entry);
  const ended = new Set(
    [...first.values()]
      .filter((entry) => entry.event_type !== "call_started" && !isPresumed(entry))
      .map((entry) => entry.exchange_id),
  );
  return [...first.values()].filter(
    (entry) => !(isPresumed(entry) && entry.exchange_id != null && ended.has(entry.exchange_id)),
  );
}

/** Rows of the period in whose place another counts. */
function repeatedIn(read: readonly Written[], period: OraclePeriod): number {
  const seen = new Set<string>();
  return [...read]
    .sort(byPlace)
    .filter((entry) => seen.size === seen.add(entry.id).size && isIn(period)(entry)).length;
}

const noCalls = ["call_started", "call_refused", "management", "catalogue"];
export const isCall = ({ event_type }: Written) => !event_type.includes(".") && !noCalls.includes(event_type);

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

const isTold = (value: unknown, most: number) => typeof value === "number" && value >= 0 && value < most;
const tokensOf = (call: Written) => {
  const told = (name: string) => (isTold(call[name], 1e12) ? (call[name] as number) : null);
  const parts = [told("prompt_tokens"), told("cached_tokens"), told("cache_write_tokens")];
  const whole = call.event_type !== "message" || parts.every((part) => part === null);
  const prompt = whole ? parts[0]! : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  const completion = told("completion_tokens");
  return told("total_tokens") ?? (prompt !== null && completion !== null ? prompt + completion : 0);
};

interface Terms {
  readonly offHours: readonly [number, number];
  readonly minimumCostUsd: number;
  readonly minimumTokens: number;
  readonly minimumCalls: number;
}

/** What is unusual, without its words; and what could be judged, in the order of the rules. */
export function unusualOf(read: readonly Written[], period: OraclePeriod, terms: Terms) {
  const { since, until } = period;
  const dayOf = (time: number) => Math.floor(time / dayMs) * dayMs;
  // A report reads so many days more; polls of a job count their cost once in these.
  const begins = since ? dayOf(+since) - 15 * dayMs : Number.NEGATIVE_INFINITY;
  const calls = countingRows(read).filter(
    (row) => isCall(row) && isIn({ since: null, until })(row) && at(row) >= begins,
  );
  const paid = new Set<string>();
  const cost = new Map<Written, bigint>();
  for (const call of [...calls].sort(byPlace)) {
    const isPoll = ["video_status", "batch_status"].includes(call.event_type) && call.generation_id != null;
    if (!isTold(call.cost_usd, 1e6) || (isPoll && paid.has(call.generation_id))) continue;
    if (isPoll) paid.add(call.generation_id);
    cost.set(call, BigInt(Math.floor(call.cost_usd * 1e12 + 0.5)));
  }
  const overlaps = (from: number, length: number) =>
    (!since || from + length > +since) && (!until || from < +until);
  const earlier = (call: Written) => since !== null && at(call) < +since;
  const found: Written[] = [];
  const counts: { judged: number; not_judged: number; found: number }[] = [];
  const measures = {
    cost_spike: { of: (call: Written) => cost.get(call) ?? 0n, unit: 1e12, minimum: terms.minimumCostUsd },
    token_spike: { of: (call: Written) => BigInt(tokensOf(call)), unit: 1, minimum: terms.minimumTokens },
  };
  const users = [...new Set(calls.map(({ user_id }) => user_id))].filter((user) => user != null) as string[];
  for (const [rule, { of, unit, minimum }] of Object.entries(measures))
    for (const scope of ["all", "user"]) {
      const count = { judged: 0, not_judged: 0, found: 0 };
      for (const user_id of scope === "all" ? [null] : users) {
        const its = calls.filter((call) => user_id === null || call.user_id === user_id);
        const days = [...new Set(its.map((call) => dayOf(at(call))))];
        const sum = (some: Written[]) => some.reduce((total, call) => total + of(call), 0n);
        const onDay = (day: number) => its.filter((call) => dayOf(at(call)) === day);
        for (const day of days.filter((each) => overlaps(each, dayMs))) {
          const baseline = days.filter((each) => each < day && each >= day - 14 * dayMs);
          if (baseline.length < 5) count.not_judged += 1;
          if (baseline.length < 5) continue;
          count.judged += 1;
          const values = baseline.map((each) => sum(onDay(each))).sort((a, b) => (a < b ? -1 : 1));
          const median = Number(values[Math.ceil(values.length / 2) - 1]);
          const second = Number(values[values.length - 2]);
          const [ofMedian, ofSecond] = scope === "all" ? [3, 2] : [5, 4];
          const threshold = Math.max(minimum * unit, ofMedian * median, ofSecond * second);
          const value = Number(sum(onDay(day)));
          if (value <= threshold || Number(sum(onDay(day).filter(earlier))) > threshold) continue;
          count.found += 1;
          const numbers = { value: value / unit, usual: median / unit, threshold: threshold / unit };
          found.push({ rule, scope, user_id, at: iso(day), unit: "day", ...numbers });
        }
      }
      counts.push(count);
    }
  counts.push(errorsOf(calls, period, terms.minimumCalls, found));
  counts.push(nightsOf(calls, users, terms, overlaps, earlier, found));
  const inOrder = (a: Written, b: Written) =>
    bytes(a.at, b.at) ||
    bytes(a.rule, b.rule) ||
    bytes(a.scope, b.scope) ||
    bytes(a.user_id ?? "", b.user_id ?? "");
  return { unusual: found.sort(inOrder), counts };
}

function errorsOf(calls: readonly Written[], period: OraclePeriod, minimumCalls: number, found: Written[]) {
  const count = { judged: 0, not_judged: 0, found: 0 };
  const hourOf = (call: Written) => Math.floor(at(call) / hourMs) * hourMs;
  const dayOf = (time: number) => Math.floor(time / dayMs) * dayMs;
  const failed = (some: readonly Written[]) => some.filter(({ status }) => status === "error").length;
  let stretch: Written | undefined;
  let last = 0;
  for (const hour of [...new Set(calls.map(hourOf))].sort((a, b) => a - b)) {
    const its = calls.filter((call) => hourOf(call) === hour && isIn(period)(call));
    if (its.length < minimumCalls) continue;
    const from = dayOf(hour) - 14 * dayMs;
    const before = calls.filter((call) => hourOf(call) < hour && at(call) >= from);
    const days = new Set(before.map((call) => dayOf(at(call))).filter((day) => day < dayOf(hour)));
    if (days.size < 5) count.not_judged += 1;
    if (days.size < 5) continue;
    count.judged += 1;
    if (failed(its) < 10) continue;
    const same = before.filter((call) => (hour - hourOf(call)) % dayMs === 0);
    const shares = [before, ...(same.length >= minimumCalls ? [same] : [])].map(
      (some) => failed(some) / some.length,
    );
    const usual = Math.max(...shares);
    const threshold = Math.max(
      usual + 0.05,
      2 * usual,
      usual + 5 * Math.sqrt((usual * (1 - usual)) / its.length),
    );
    const value = failed(its) / its.length;
    if (value <= threshold) continue;
    count.found += 1;
    if (!stretch || hour !== last + hourMs) {
      stretch = {
        rule: "error_spike",
        scope: "all",
        user_id: null,
        at: iso(hour),
        unit: "hour",
        value,
        usual,
        threshold,
      };
      found.push(stretch);
    } else if (value > stretch.value) Object.assign(stretch, { value, usual, threshold });
    last = hour;
  }
  return count;
}

function nightsOf(
  calls: readonly Written[],
  users: readonly string[],
  { offHours: [from, to], minimumCalls }: Terms,
  overlaps: (from: number, length: number) => boolean,
  earlier: (call: Written) => boolean,
  found: Written[],
) {
  const count = { judged: 0, not_judged: 0, found: 0 };
  const length = ((to - from + 24) % 24) * hourMs;
  /** The beginning of the night that a call is in; null by day. */
  const nightOf = (call: Written) => {
    const begin = Math.floor((at(call) - from * hourMs) / dayMs) * dayMs + from * hourMs;
    return at(call) < begin + length ? begin : null;
  };
  for (const user_id of users) {
    const its = calls.filter((call) => call.user_id === user_id);
    const ofNight = (night: number) => its.filter((call) => nightOf(call) === night);
    const nights = [...new Set(its.map(nightOf))].filter((night) => night !== null);
    for (const night of nights.filter((each) => overlaps(each, length))) {
      const value = ofNight(night).length;
      if (value <= minimumCalls) continue;
      const day = night - from * hourMs;
      const days = new Set(its.map((call) => Math.floor(at(call) / dayMs) * dayMs));
      const before = [...days].filter((each) => each < day && each >= day - 14 * dayMs);
      count[before.length < 5 ? "not_judged" : "judged"] += 1;
      if (before.length < 5) continue;
      const past = nights.filter((each) => each < night && each >= night - 14 * dayMs);
      const usual = Math.max(0, ...past.map((each) => ofNight(each).length));
      const threshold = Math.max(minimumCalls, 10 * usual);
      if (value <= threshold || ofNight(night).filter(earlier).length > threshold) continue;
      count.found += 1;
      found.push({
        rule: "off_hours",
        scope: "user",
        user_id,
        at: iso(night),
        unit: "night",
        value,
        usual,
        threshold,
      });
    }
  }
  return count;
}
