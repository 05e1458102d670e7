import { journalOf, withCounted } from "../../../test/support/counted-journal.ts";
import type { Written } from "../../../test/support/counted-rows.ts";
import type { UnusualActivity } from "../src/report/findings.ts";
import { unusualActivity } from "../src/report/unusual.ts";

const always = { since: null, until: null };
const begin = Date.parse("2026-09-07T00:00:00.000Z"); // a Monday
const hour = 3_600_000;
const day = 24 * hour;

/** Numbers of a seed, between 0 and 1 (mulberry32). */
function numbers(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
const bell = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

interface User {
  readonly name: string;
  /** The hour of the UTC day at which they begin, and for how many hours they work. */
  readonly from: number;
  readonly hours: number;
  /** On a day, on average. */
  readonly calls: number;
  /** Of a call, in the middle. */
  readonly dollars: number;
  /** The first day that they are there. @default 0 */
  readonly since?: number;
}

/** What a service did: each user works at their hours, some days more, some days less, and a call can cost much more than another. */
function service(
  seed: number,
  users: readonly User[],
  days: number,
  busy: (day: number) => number = () => 1,
): Written[] {
  const random = numbers(seed);
  const entries: Written[] = [];
  for (let at = 0; at < days; at += 1)
    for (const { name, from, hours, calls, dollars, since = 0 } of users.filter(
      (user) => at >= (user.since ?? 0),
    )) {
      if (at < since) continue;
      const count = Math.round(calls * busy(at) * Math.exp(0.4 * bell(random)));
      for (let call = 0; call < count; call += 1) {
        const time = begin + at * day + (from + random() * hours) * hour;
        entries.push(
          callAt(time, name, dollars * Math.exp(bell(random)), random() < 0.02 ? "error" : "success"),
        );
      }
    }
  return entries;
}

let made = 0;

function callAt(time: number, user_id: string, cost: number, status = "success"): Written {
  made += 1;
  return {
    id: `id-${made}`,
    log: "a/b/c",
    seq: made,
    timestamp: new Date(time).toISOString(),
    recorded_at: new Date(time).toISOString(),
    event_type: "chat_completion",
    status,
    user_id,
    cost_usd: cost,
    total_tokens: Math.round(cost * 200_000),
  };
}

/** What a report over these days finds. */
async function foundIn(entries: readonly Written[], from: number, to: number) {
  const period = { since: new Date(begin + from * day), until: new Date(begin + to * day) };
  return withCounted(journalOf(entries), { time: always, period, before: null }, (asked) =>
    unusualActivity(asked, period),
  );
}

/** What a report at two in the afternoon of each of these days finds about the 24 hours before it. */
async function watched(entries: readonly Written[], from: number, to: number) {
  const nothing = { time: always, period: { since: new Date(0), until: new Date(0) }, before: null };
  return withCounted(journalOf(entries), nothing, async (asked) => {
    const found: (UnusualActivity & { readonly told: number })[] = [];
    for (let told = from; told <= to; told += 1) {
      const until = new Date(begin + told * day + 14 * hour);
      const { unusual } = await unusualActivity(asked, { since: new Date(+until - day), until });
      found.push(...unusual.map((each) => ({ ...each, told })));
    }
    return found;
  });
}

const dateOf = (at: number) => new Date(begin + at * day).toISOString().slice(0, 10);
const shifts = [0, 8, 15];
const team = (count: number, calls: number, dollars: number): User[] =>
  Array.from({ length: count }, (_, index) => {
    return { name: `user-${index}`, from: shifts[index % 3]!, hours: 8, calls, dollars };
  });
const office = (count: number): User[] =>
  team(count, 60, 0.2).map((user) => ({ ...user, from: 8, hours: 10 }));

/** One of seven days is not like the others: five working days, and little at the weekend. */
const weekly = (at: number) => (at % 7 < 5 ? 1 : 0.05);

describe("a service that goes on as it did is left in peace", () => {
  test.each<[string, () => Written[]]>([
    ["around the clock", () => service(1, team(12, 24, 0.35), 29)],
    ["on working days", () => service(2, office(8), 29, weekly)],
    ["that grows by a tenth each day", () => service(3, team(4, 15, 0.05), 29, (at) => 1.1 ** at)],
    ["of one user who pays little", () => service(4, team(1, 30, 0.01), 29)],
    [
      "with a user who is new, and calls more than others",
      () => {
        const newcomer = { name: "new", from: 9, hours: 8, calls: 100, dollars: 0.4, since: 20 };
        return service(5, [...team(9, 24, 0.35), newcomer], 29);
      },
    ],
  ])("%s", async (_what, entries) => {
    const { unusual, unusual_rules } = await foundIn(entries(), 7, 29);
    expect(unusual).toEqual([]);
    expect(unusual_rules[0]!.judged).toBe(22);
  });

  test("with a job at night that fails as often each time", async () => {
    const random = numbers(6);
    const job = Array.from({ length: 22 * 200 }, (_, index) =>
      callAt(
        begin + Math.floor(index / 200) * day + 2 * hour + random() * hour,
        "job",
        0.001,
        random() < 0.3 ? "error" : "success",
      ),
    );
    const { unusual } = await foundIn([...service(7, team(6, 40, 0.2), 22), ...job], 7, 22);
    expect(unusual).toEqual([]);
  });
});

test("of a log that is a day old nothing is said, and that is said", async () => {
  const { unusual, unusual_rules } = await foundIn(service(8, team(9, 60, 5), 2), 1, 2);
  expect(unusual).toEqual([]);
  expect(unusual_rules.map(({ judged }) => judged)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(unusual_rules.every(({ not_judged }) => not_judged > 0)).toBe(true);
});

describe("what is not as it was is told once", () => {
  const stolen = 22;

  test.each<[string, () => Written[]]>([
    ["around the clock", () => service(1, team(12, 24, 0.35), 29)],
    ["on working days", () => service(2, office(8), 29, weekly)],
  ])(
    "a stolen key of a service %s: a night of calls for ten times what its owner spends on a day of work",
    async (_what, before) => {
      const usual = before();
      const days = Array.from({ length: 29 }, (_, at) => {
        const its = usual.filter(
          ({ user_id, timestamp }) => user_id === "user-1" && timestamp.startsWith(dateOf(at)),
        );
        return its.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
      });
      const spent = days.sort((a, b) => b - a)[10]!;
      const random = numbers(9);
      const night = begin + stolen * day + 1.5 * hour;
      const attack = Array.from({ length: 400 }, () =>
        callAt(night + random() * 3 * hour, "user-1", (10 * spent) / 400),
      );
      const found = await watched([...usual, ...attack], 20, 24);
      const told = found.map(({ rule, scope, user_id, at }) => [rule, scope, user_id, at]);
      const evening = new Date(begin + (stolen - 1) * day + 22 * hour).toISOString();
      const midnight = new Date(begin + stolen * day).toISOString();
      expect(told).toContainEqual(["off_hours", "user", "user-1", evening]);
      expect(told).toContainEqual(["cost_spike", "user", "user-1", midnight]);
      expect(told.filter(([, , user]) => user !== "user-1")).toEqual([]);
      expect(new Set(told.map(String)).size).toBe(told.length);
    },
  );

  test("ten times of what everything costs", async () => {
    const random = numbers(10);
    const loop = Array.from({ length: 2_000 }, () =>
      callAt(begin + stolen * day + (9 + random() * 9) * hour, "user-2", 1),
    );
    const found = await watched([...service(1, team(9, 24, 0.35), 29), ...loop], 21, 23);
    expect(found.map(({ rule, scope, told }) => [rule, scope, told])).toEqual([
      ["cost_spike", "all", stolen],
      ["cost_spike", "user", stolen],
      ["token_spike", "all", stolen],
      ["token_spike", "user", stolen],
    ]);
  });

  test("three hours in which the provider fails", async () => {
    const entries = service(1, team(12, 50, 0.1), 24).map((entry) => {
      const at = Date.parse(entry.timestamp) - begin - 20 * day;
      return at >= 9 * hour && at < 12 * hour && entry.seq % 3 !== 0 ? { ...entry, status: "error" } : entry;
    });
    const { unusual, unusual_rules } = await foundIn(entries, 16, 24);
    expect(unusual.map(({ rule, at, unit }) => [rule, at, unit])).toEqual([
      ["error_spike", new Date(begin + 20 * day + 9 * hour).toISOString(), "hour"],
    ]);
    expect(unusual_rules[4]).toMatchObject({ rule: "error_spike", found: 3 });
  });
});
