import { entryOf } from "@openrouter-audit/core";
import fc from "fast-check";
import { lineOf } from "../../../../test/support/unsealed-line.ts";
import type { EntryTable, SqlRow } from "../../src/entries/entry-table.ts";
import { checkFilter } from "../../src/filter/check-filter.ts";
import type { Condition, EntryFilter } from "../../src/filter/entry-filter.ts";
import { matcherOf } from "../../src/filter/matches.ts";
import { narrowingSql } from "../../src/filter/narrowing-sql.ts";
import { SqlValues } from "../../src/filter/sql-values.ts";
import { plainEntry, type WrittenEntry } from "./written-journal.ts";

const odd = fc.constantFrom<unknown>(
  { a: 1 },
  ["m"],
  [],
  "",
  "free",
  "not a time",
  true,
  -1,
  0.5,
  "3",
  "true",
  "0.1",
);
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
/** Entries of which any member may be anything. */
export const oddEntries = fc
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
/** Filters on those members. */
export const filters = fc
  .record({
    since: dates,
    until: dates,
    system: fc.option(fc.boolean(), { nil: undefined }),
    calls: fc.boolean(),
    match,
  })
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
export async function narrowed(table: EntryTable, filters: readonly EntryFilter[]): Promise<string[][]> {
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

/** The ids of those that a filter wants. */
export function wanted(all: readonly WrittenEntry[], filter: EntryFilter): string[] {
  const matches = matcherOf(checkFilter(filter));
  return all
    .filter((entry) => matches(entryOf(Buffer.from(lineOf(entry)))!))
    .map(({ id }) => id)
    .sort();
}
