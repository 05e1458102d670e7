import {
  at,
  byPlace,
  bytes,
  countingRows,
  dayMs,
  hourMs,
  isCall,
  isIn,
  iso,
  type OraclePeriod,
  type Written,
} from "./counted-rows.ts";

/*
 * What docs/reports.md says of unusual activity, computed the long way. Nothing of the product is used, nothing is fast.
 */

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
