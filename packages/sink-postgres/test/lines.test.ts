import { EntriesRejected } from "@openrouter-audit/core";
import fc from "fast-check";
import { sampleEvent } from "../../testing/src/sink/sample-drafts.ts";
import { columns } from "../src/schema/columns.ts";
import { BadDay } from "./support/bad-day.ts";
import { World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

let logs = 0;
/** A line with a place of its own. */
const lineOf = (members: object) =>
  JSON.stringify({
    id: "1",
    log: `log ${logs++}`,
    recorded_at: "2026-11-25T22:46:34.551Z",
    seq: 0,
    ...members,
  });
const append = (...lines: string[]) =>
  world.as("app", async (client) => {
    const statement = "select place::int, reason from openrouter_audit.entries_append($1)";
    return (await client.query<{ place: number; reason: string }>(statement, [lines])).rows;
  });
const rowOf = async (line: string) =>
  (await world.sql("select * from openrouter_audit.entries where line = $1", [line]))[0]!;

test("what is no such value is null in its column, and exact in the line", async () => {
  const line = lineOf({
    timestamp: "+012026-01-01T00:00:00.000Z",
    prompt_tokens: 1e308,
    completion_tokens: 1.5,
    total_tokens: "12",
    cached_tokens: Number.MAX_SAFE_INTEGER,
    cost_usd: 1e308,
    upstream_cost_usd: 5e-324,
    latency_ms: "slow",
    stream: "yes",
    user_id: "é".repeat(5000),
    error_code: 429,
    service: "none",
    metadata: { feature: { of: 1 } },
  });
  expect(await append(line)).toEqual([]);
  const row = await rowOf(line);
  expect(row).toMatchObject({
    timestamp: null,
    prompt_tokens: null,
    completion_tokens: null,
    total_tokens: null,
  });
  expect(row).toMatchObject({
    cached_tokens: "9007199254740991",
    latency_ms: null,
    stream: null,
    error_code: "429",
  });
  expect([Number(row.cost_usd), Number(row.upstream_cost_usd)]).toEqual([1e308, 5e-324]);
  expect(row).toMatchObject({ user_id: "é".repeat(600), service_name: null, feature: '{"of": 1}' });
});

test.each([
  "now",
  "infinity",
  "2026-02-30T00:00:00.000Z",
  "0000-01-01T00:00:00.000Z",
  "2026-11-25 22:46:34+02",
  "9999-12-31T24:00:00.000Z",
  "9999-12-31T23:59:60Z",
  "9999-12-31T23:59:59.9999999Z",
  "",
  null,
])("the time %j is none: null, and without a day where it is the entry's own", async (time) => {
  const told = lineOf({ timestamp: time });
  expect(await append(told, lineOf({ recorded_at: time }))).toEqual([
    { place: 2, reason: expect.stringContaining("recorded_at") },
  ]);
  expect((await rowOf(told)).timestamp).toBeNull();
});

test.each(["Postgres, YMD", "German", "SQL, DMY", "ISO, MDY"])(
  "a day is made whatever the DateStyle %s makes of it",
  async (style) => {
    const line = lineOf({ recorded_at: `2024-11-${10 + (logs % 20)}T22:46:34.551Z` });
    await world.as("app", async (client) => {
      await client.query(`set datestyle = '${style}'`);
      await client.query("select * from openrouter_audit.entries_append($1)", [[line]]);
    });
    expect((await rowOf(line)).line).toBe(line);
  },
);

test.each([
  ["no JSON", "{"],
  ["no object", '"text"'],
  ["a number that no database holds", `{"n":1e999999,${lineOf({}).slice(1)}`],
  ["deeper than the stack", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)},${lineOf({}).slice(1)}`],
  ["a log without end", lineOf({ log: "x".repeat(501) })],
  ["no seq", lineOf({ seq: -1 })],
  ["no whole seq", lineOf({ seq: 0.5 })],
  ["no id", lineOf({ id: null })],
])("a line that has %s is refused by its place, and the others are kept", async (_, bad) => {
  const good = [lineOf({}), lineOf({})];
  expect(await append(good[0]!, bad, good[1]!)).toEqual([
    { place: 2, reason: expect.stringContaining("no log, seq, id") },
  ]);
  for (const line of good) expect((await rowOf(line)).line).toBe(line);
});

test("whatever the members are, each line is kept, and so are those beside it", async () => {
  const names = columns
    .map(({ member }) => member?.name ?? "x")
    .filter((name) => !["log", "seq", "id"].includes(name));
  const members = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  const property = fc.asyncProperty(fc.array(members, { minLength: 1, maxLength: 20 }), async (all) => {
    const lines = all.map(lineOf);
    expect(await append(...lines)).toEqual([]);
    for (const line of lines) expect((await rowOf(line)).line).toBe(line);
  });
  await fc.assert(property, { numRuns: 20 });
});

test("a NUL, which jsonb cannot hold, is U+FFFD there and in the columns, however it stands among backslashes", async () => {
  const pieces = fc.constantFrom("\u0000", "\\", "\\u0000", "u0000", '"', "a", "\n");
  const texts = fc.array(
    fc.array(pieces, { maxLength: 8 }).map((some) => some.join("")),
    { minLength: 20, maxLength: 20 },
  );
  const property = fc.asyncProperty(texts, async (all) => {
    const lines = all.map((text) => lineOf({ user_id: text, metadata: { [text]: text } }));
    expect(await append(...lines)).toEqual([]);
    const rows = await world.sql(
      "select user_id, entry from openrouter_audit.entries where line = any($1) order by log",
      [lines],
    );
    const kept = new Set(rows.map(({ user_id, entry }) => JSON.stringify([user_id, entry.metadata])));
    for (const text of all) {
      const shown = text.replaceAll("\u0000", "\ufffd");
      expect(kept).toContain(JSON.stringify([shown, { [shown]: shown }]));
    }
  });
  await fc.assert(property, { numRuns: 10 });
});

test("another line at a place that is taken is rejected, and the first one stays", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const [first, second, third] = day.log.entries;
  const forged = { ...second!, user_id: "mallory" };
  const write = day.sink.write([first!, forged, third!], { signal: new AbortController().signal });
  const error = await write.catch((reason) => reason);
  expect(error).toBeInstanceOf(EntriesRejected);
  expect(error.rejected).toEqual([
    { id: second!.id, reason: expect.stringContaining("another line stands at its place") },
  ]);
  // Two in one batch are no different.
  const [next] = day.log.add(sampleEvent());
  await expect(
    day.sink.write([next!, { ...next!, user_id: "mallory" }], { signal: new AbortController().signal }),
  ).rejects.toMatchObject({
    rejected: [{ id: next!.id }],
  });
  await day.recover();
});
