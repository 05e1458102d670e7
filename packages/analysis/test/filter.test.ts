import { AuditError, entryOf } from "@openrouter-audit/core";
import fc from "fast-check";
import type { EntryTable, SqlRow } from "../src/entries/entry-table.ts";
import { checkFilter } from "../src/filter/check-filter.ts";
import type { Condition, EntryFilter } from "../src/filter/entry-filter.ts";
import { matcherOf } from "../src/filter/matches.ts";
import { narrowingSql } from "../src/filter/narrowing-sql.ts";
import { SqlValues } from "../src/filter/sql-values.ts";
import { openJournal } from "../src/journal/journal-table.ts";
import { lineOf, plainEntry, type WrittenEntry, writeJournal } from "./support/written-journal.ts";

const odd = fc.constantFrom<unknown>({ a: 1 }, ["m"], [], "", "free", "not a time", true, -1, 0.5);
const texts = fc.constantFrom(
  "ada",
  "ada lovelace",
  "a%",
  "a_b",
  "a\\b",
  "o'brien",
  'q"q',
  "é",
  "漢字",
  "😀",
  "openai/gpt-5",
  "openai/",
  "[x",
  "{}",
  "429",
  "true",
  "null",
  "$1",
  "x".repeat(700),
  "nul\0",
  "\ufffd",
  "*",
);
const numbers = fc.constantFrom(0, 1, 3, 429, 0.5, 0.1, 1e-7, 12.25, 9_007_199_254_740_991);
const oneOf = (plain: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: odd },
  );
const booleans = fc.boolean();
const times = fc.constantFrom(
  "2026-11-01T23:59:59.999Z",
  "2026-11-02T00:00:00.000Z",
  "2026-11-02T00:00:00Z",
  "2026-11-02T09:30:00.5Z",
  "2026-11-02T09:30:00.500001Z",
  "2026-11-30T00:00:00.000Z",
);

const members: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  timestamp: fc.oneof(
    { weight: 6, arbitrary: times },
    { weight: 1, arbitrary: fc.constantFrom("not a time", "") },
  ),
  event_type: fc.constantFrom(
    "chat_completion",
    "call_started",
    "audit.gap",
    "audit.opened",
    "auditor",
    "order.placed",
  ),
  user_id: oneOf(texts),
  tenant_id: oneOf(texts),
  model: oneOf(texts),
  error_code: oneOf(fc.oneof(texts, numbers)),
  http_status: oneOf(numbers),
  cost_usd: oneOf(numbers),
  stream: oneOf(booleans),
  recorded_at: oneOf(times),
  request: oneOf(fc.record({ route: texts, ip: oneOf(texts) }, { requiredKeys: [] })),
  policy: oneOf(fc.record({ zdr: oneOf(booleans) }, { requiredKeys: [] })),
  parameters: oneOf(fc.record({ temperature: oneOf(numbers), seed: oneOf(numbers) }, { requiredKeys: [] })),
  tools: oneOf(fc.record({ called: fc.array(fc.oneof(texts, fc.constant(null)), { maxLength: 3 }) })),
  metadata: oneOf(
    fc.record(
      {
        feature: oneOf(texts),
        ticket: oneOf(fc.oneof(texts, numbers)),
        "a.b": texts,
        $x: texts,
        deep: fc.record({ er: texts }),
      },
      { requiredKeys: [] },
    ),
  ),
};
const entries = fc
  .array(fc.record(members, { requiredKeys: ["timestamp", "event_type"] }), { minLength: 1, maxLength: 12 })
  .map((all) =>
    all.map((one, index) => ({ ...plainEntry, id: `e-${index}`, seq: index, ...one }) as WrittenEntry),
  );

const textValues = fc.oneof(
  { weight: 6, arbitrary: texts },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "a*",
      "openai/*",
      "*",
      "4*",
      "[*",
      "\ufffd*",
      "nul\0*",
      `${"x".repeat(650)}*`,
      "t*",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(429, 0.5, true, 1e-7) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const numberValues = fc.oneof({ weight: 5, arbitrary: numbers }, { weight: 1, arbitrary: fc.constant(null) });
const conditions = (values: fc.Arbitrary<unknown>) =>
  fc.oneof(
    values,
    fc.array(values, { minLength: 1, maxLength: 3 }),
    fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 })).map((not) => ({ not })),
  );
const ranges = <T extends number | string>(ends: fc.Arbitrary<T>) =>
  fc.tuple(fc.option(ends), fc.option(ends)).map(([a, b]) => {
    const [min, max] = a !== null && b !== null && a > b ? [b, a] : [a, b];
    return min === null && max === null
      ? { min: ends }
      : { ...(min !== null && { min }), ...(max !== null && { max }) };
  });
const wholeTimes = fc.constantFrom(
  "2026-11-02T00:00:00.000000Z",
  "2026-11-02T09:30:00.500000Z",
  "2026-11-03T00:00:00.000000Z",
);
const ofNumbers = fc.oneof(conditions(numberValues), ranges(numbers));
const byMember: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ...[
    "user_id",
    "tenant_id",
    "model",
    "error_code",
    "route",
    "request.ip",
    "feature",
    "metadata.ticket",
    'metadata."a.b"',
    "metadata.$x",
    "metadata.deep.er",
    "tools.called",
    "metadata",
    "event_type",
  ].map((name) => [name, conditions(textValues)] as const),
  ...["http_status", "cost_usd", "parameters.temperature"].map((name) => [name, ofNumbers] as const),
  ...["stream", "zdr"].map((name) => [name, conditions(fc.oneof(booleans, fc.constant(null)))] as const),
  ["recorded_at", fc.oneof(conditions(fc.oneof(wholeTimes, fc.constant(null))), ranges(wholeTimes))],
];
const match = fc
  .uniqueArray(
    fc.constantFrom(...byMember).chain(([name, condition]) => condition.map((one) => [name, one] as const)),
    { maxLength: 2, selector: ([name]) => name },
  )
  .map((all) => Object.fromEntries(all) as Record<string, Condition>);
const dates = fc.option(times, { nil: undefined }).map((time) => time && new Date(time));
const filters = fc
  .record({ since: dates, until: dates, system: fc.option(fc.boolean(), { nil: undefined }), match })
  .filter((filter) => isUsable(filter as EntryFilter)) as fc.Arbitrary<EntryFilter>;

function isUsable(filter: EntryFilter): boolean {
  try {
    checkFilter(filter);
    return true;
  } catch {
    return false;
  }
}

/** The ids that SQL finds, of each filter; asked at once. */
async function narrowed(table: EntryTable, filters: readonly EntryFilter[]): Promise<string[][]> {
  const values = new SqlValues();
  const found = filters.map(
    (filter, index) => `coalesce(${narrowingSql(checkFilter(filter), values)}, false) as f${index}`,
  );
  const text = `select id, ${found.join(", ")} from ${table.relation(await table.days())} as entries`;
  const ids: string[][] = filters.map(() => []);
  for await (const row of table.ask<SqlRow & { id: string }>({ text, values: values.list }))
    for (const [index, each] of ids.entries()) if (row[`f${index}`]) each.push(row.id);
  return ids.map((each) => each.sort());
}

function wanted(all: readonly WrittenEntry[], filter: EntryFilter): string[] {
  const matches = matcherOf(checkFilter(filter));
  return all
    .filter((entry) => matches(entryOf(Buffer.from(lineOf(entry)))!))
    .map(({ id }) => id)
    .sort();
}

async function withTable<T>(
  all: readonly WrittenEntry[],
  work: (table: EntryTable) => Promise<T>,
): Promise<T> {
  const table = await openJournal(writeJournal({ "audit_2026-11-02.jsonl": all.map(lineOf) }));
  try {
    return await work(table);
  } finally {
    await table.close();
  }
}

test("SQL leaves out nothing that a filter wants, whatever stands in an entry", async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.array(filters, { minLength: 20, maxLength: 20 }), async (all, some) => {
      await withTable(all, async (table) => {
        const found = await narrowed(table, some);
        for (const [index, filter] of some.entries())
          expect({ filter, found: found[index] }).toEqual({
            filter,
            found: expect.arrayContaining(wanted(all, filter)),
          });
      });
    }),
    { numRuns: Number(process.env.RUNS ?? 25), endOnFailure: process.env.RUNS !== undefined },
  );
});

const ordinary: readonly WrittenEntry[] = ["ada", "grace", null].flatMap((user_id, user) =>
  ["openai/gpt-5-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4.5"].map((model, index) => ({
    ...plainEntry,
    id: `e-${user}-${index}`,
    seq: user * 3 + index,
    user_id,
    model,
    status: index === 1 ? "error" : "success",
    http_status: index === 1 ? 429 : 200,
    error_code: index === 1 ? 429 : null,
    cost_usd: index === 2 ? null : (user + index) / 10,
    stream: index === 0,
    policy: { zdr: user === 0 },
    request: { route: "/chat/:id", ip: null },
    metadata: { ticket: user === 2 ? 42 : `T-${user}`, feature: index === 0 ? "review" : "chat" },
    parameters: { temperature: index / 2 },
    tools: { offered: ["search", "send"], called: index === 0 ? ["search"] : [] },
    timestamp: `2026-11-02T0${user}:00:00.000Z`,
  })),
);

test.each<[EntryFilter, number]>([
  [{}, 9],
  [{ match: { user_id: "ada" } }, 3],
  [{ match: { user_id: null } }, 3],
  [{ match: { user_id: ["ada", null] } }, 6],
  [{ match: { user_id: { not: "ada" } } }, 6],
  [{ match: { user_id: { not: null } } }, 6],
  [{ match: { user_id: { not: ["ada", null] } } }, 3],
  [{ match: { model: "openai/*" } }, 6],
  [{ match: { model: ["openai/gpt-4o", "anthropic/*"] } }, 6],
  [{ match: { model: { not: "openai/*" } } }, 3],
  [{ match: { status: ["error", "aborted"] } }, 3],
  [{ match: { http_status: 429 } }, 3],
  [{ match: { error_code: "429" } }, 3],
  [{ match: { error_code: 429 } }, 3],
  [{ match: { cost_usd: { min: 0.1, max: 0.2 } } }, 4],
  [{ match: { cost_usd: null } }, 3],
  [{ match: { stream: true } }, 3],
  [{ match: { zdr: { not: true } } }, 6],
  [{ match: { "policy.zdr": true } }, 3],
  [{ match: { route: "/chat/*", feature: "review" } }, 3],
  [{ match: { "metadata.ticket": 42 } }, 3],
  [{ match: { "metadata.ticket": "T-*" } }, 6],
  [{ match: { "metadata.ticket": { not: "42" } } }, 6],
  [{ match: { "metadata.none": null } }, 9],
  [{ since: new Date("2026-11-02T01:00:00Z") }, 6],
  [{ until: new Date("2026-11-02T01:00:00Z") }, 3],
  [{ match: { timestamp: { min: "2026-11-02T01:00:00Z", max: new Date("2026-11-02T01:00:00Z") } } }, 3],
])("of ordinary entries SQL finds what %j wants, and nothing else", async (filter, expected) => {
  expect(wanted(ordinary, filter)).toHaveLength(expected);
  expect(await narrowed(await ordinaryTable(), [filter])).toEqual([wanted(ordinary, filter)]);
});

test.each<[EntryFilter, number]>([
  [{ match: { "tools.called": "search" } }, 3],
  [{ match: { "tools.called": { not: "search" } } }, 6],
  [{ match: { "parameters.temperature": { min: 0.5 } } }, 6],
  [{ match: { 'metadata."ticket"': "T-1" } }, 3],
])("a path leads to any member, and into lists: %j", async (filter, expected) => {
  expect(wanted(ordinary, filter)).toHaveLength(expected);
  expect((await narrowed(await ordinaryTable(), [filter]))[0]).toEqual(
    expect.arrayContaining(wanted(ordinary, filter)),
  );
});

let opened: Promise<EntryTable> | undefined;
const ordinaryTable = () =>
  (opened ??= openJournal(writeJournal({ "audit_2026-11-02.jsonl": ordinary.map(lineOf) })));
afterAll(async () => (await opened)?.close());

test("an id is looked for as the entry keeps it", () => {
  const secret = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
  const { tests } = checkFilter({ match: { user_id: secret, tenant_id: secret, claimed_user: secret } });
  const values = tests.map(({ anyOf: [one] }) => one?.is === "equal" && one.value);
  expect(values).toEqual([
    expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    expect.stringMatching(/^sha256:/),
    secret,
  ]);
});

test("entries that the log writes about itself are left out unless they are asked for", () => {
  const all = ["chat_completion", "audit.gap", "call_started"].map((event_type, index) => ({
    ...plainEntry,
    id: `e-${index}`,
    event_type,
  }));
  const found = (filter: EntryFilter) => wanted(all, filter).length;
  expect(found({})).toBe(1);
  expect(found({ system: true })).toBe(3);
  expect(found({ match: { event_type: "audit.*" } })).toBe(1);
  expect(found({ match: { event_type: ["chat_completion", "call_started"] } })).toBe(2);
  expect(found({ match: { event_type: { not: "call_started" } } })).toBe(1);
  expect(found({ system: false, match: { event_type: "audit.gap" } })).toBe(0);
});

test.each<[EntryFilter, string]>([
  [{ match: { usr_id: "ada" } }, 'An entry has no member "usr_id"'],
  [{ match: { user: "ada" } }, "Did you mean user_id"],
  [{ match: { ticket: "T-1" } }, "metadata.ticket"],
  [{ match: { "metadata..x": 1 } }, "names no member"],
  [{ match: { "": 1 } }, "names no member"],
  [{ match: { cost_usd: { min: 2, max: 1 } } }, "nothing is at least 2 and at most 1"],
  [{ match: { cost_usd: {} } }, "{ min, max } or { not }"],
  [{ match: { cost_usd: "cheap" } }, "a number is expected"],
  [{ match: { cost_usd: Number.NaN } }, "a number is expected"],
  [{ match: { stream: "yes" } }, "true or false is expected"],
  [{ match: { timestamp: "tuesday" } }, "a Date is expected"],
  [{ match: { user_id: { min: 1 } } }, "only of numbers and times"],
  [{ match: { user_id: [] } }, "nothing is in an empty list"],
  [{ match: { user_id: { like: "a" } } as never }, "{ min, max } or { not }"],
  [{ since: new Date("2026-11-02"), until: new Date("2026-11-01") }, "Nothing can match: since"],
  [{ since: new Date("never") }, "since must be a Date"],
  [{ user_id: "ada" } as EntryFilter, 'A filter has no "user_id"'],
])("%j is refused in words", (filter, words) => {
  const refused = (): unknown => {
    try {
      return checkFilter(filter);
    } catch (error) {
      return error;
    }
  };
  expect(refused()).toBeInstanceOf(AuditError);
  expect(refused()).toMatchObject({ code: "INVALID_OPTIONS", message: expect.stringContaining(words) });
});
