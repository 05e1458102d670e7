import { type AuditEntry, type ReadSourceOptions, readJournal } from "@openrouter-audit/core";
import { readPostgres } from "@openrouter-audit/sink-postgres";
import * as fc from "fast-check";
import { Pool } from "pg";
import { type Days, filed, fill, tamper } from "./support/filled-table.ts";
import { draft, logAt, TestLog } from "./support/sealed-days.ts";
import { World } from "./support/world.ts";

let world: World;
let pool: Pool;
let source: ReturnType<typeof readPostgres>;
beforeAll(async () => {
  world = await World.start();
  pool = new Pool({ connectionString: world.server.url({ user: "auditor" }), max: 3 });
  pool.on("error", () => undefined);
  source = readPostgres({ pool });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await world.stop();
});

test("a filter that nobody knows is refused, and does not stand for all entries", async () => {
  const read = async () => {
    for await (const _ of source.read({ userid: "ada" } as never));
  };
  await expect(read()).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(/^A filter has no "userid"\. Did you mean "userId"\?/),
  });
});

test("a page ends where lines are suddenly long, and nothing is left out", async () => {
  const lines = Array.from({ length: 90 }, (_, seq) => {
    const members = { id: `long ${seq}`, log: "long", seq, recorded_at: "2025-01-01T00:00:00.000Z" };
    return JSON.stringify({ ...members, text: seq < 70 ? "" : "long".repeat(1 << 18) });
  });
  for (let from = 0; from < 90; from += 30)
    await world.sql("select openrouter_audit.entries_append($1::text[])", [lines.slice(from, from + 30)]);
  const asked: number[] = [];
  const counting = {
    connect: async () => {
      const client = await pool.connect();
      return new Proxy(client, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (property !== "query") return typeof value === "function" ? value.bind(target) : value;
          return async (...given: [string, unknown[]]) => {
            const answer = await target.query(...given);
            asked.push(answer.rows?.reduce((sum, { line }) => sum + (line?.length ?? 0), 0));
            return answer;
          };
        },
      });
    },
  };
  const paged = readPostgres({ pool: counting as never });
  const snapshot = await paged.snapshot();
  const seen: string[] = [];
  for (const day of snapshot.days)
    if (day.day === "2025-01-01") for await (const { line } of day.lines()) seen.push(String(line));
  await snapshot.close();
  expect(seen).toEqual(lines);
  // No entries, for they lack most members.
  let skipped = 0;
  for await (const _ of paged.read({ system: true, onSkipped: () => (skipped += 1) }));
  expect(skipped).toBe(90);
  expect(Math.max(...asked.map(Number).filter(Number.isFinite))).toBeLessThan(6 << 20);
  await world.sql("select openrouter_audit.entries_drop_day('2025-01-01')");
});

const users = ["u-1", "u-2", "100%", "a_b", "aXb", "ü\u0000ber", "x".repeat(700)];
const models = [
  "openai/gpt-4o",
  "openai/gpt-4o-mini",
  "openai_x",
  "open%",
  "back\\slash",
  "anthropic/claude",
];
const types = ["chat_completion", "embedding", "test.event", "audit.heartbeat", "audit.gap", "call_started"];
const statuses = ["success", "error", "unknown"] as const;
const exchanges = ["e-1", "e-2", "e-3"];
const times = [
  "2026-11-23T10:00:00.000Z",
  "2026-11-23T23:59:59.999Z",
  "2026-11-24T00:00:00.000Z",
  "2026-11-24T12:00:00.000Z",
];

/** What an entry says, and which log has it; some stand twice, as after a commit that failed half-way. */
const entry = fc.record({
  log: fc.nat({ max: 2 }),
  user_id: fc.option(fc.constantFrom(...users)),
  model: fc.option(fc.constantFrom(...models)),
  event_type: fc.constantFrom(...types),
  status: fc.constantFrom(...statuses),
  exchange_id: fc.option(fc.constantFrom(...exchanges)),
  isPresumed: fc.boolean(),
  timestamp: fc.constantFrom(...times),
  twice: fc.nat({ max: 4 }).map((number) => number === 0),
});

const journal = fc.array(entry, { minLength: 1, maxLength: 40 }).map((planned) => {
  const logs = [new TestLog(), new TestLog(), new TestLog()];
  const days = new Map<string, string[]>();
  planned.forEach(({ log, isPresumed, twice, ...said }, index) => {
    // One after the other, over six days.
    const day = `2026-11-${24 + Math.floor((6 * index) / planned.length)}`;
    const at = (ms: number) => `${day}T12:00:00.${String(index * 2 + ms).padStart(3, "0")}Z`;
    const sealed = draft({
      ...said,
      // Of one exchange all have one time.
      timestamp: said.exchange_id ? times[exchanges.indexOf(said.exchange_id)]! : said.timestamp,
      ...(isPresumed && { status: "unknown", error_type: "process_ended" }),
      detail:
        said.event_type === "audit.gap" ? { since: said.timestamp, until: said.timestamp, count: 1 } : null,
    } as never);
    const lines = [
      logs[log]!.seal(at(0), sealed),
      twice ? logs[(log + 1) % 3]!.seal(at(1), sealed) : [],
    ].flat();
    days.set(day, [...(days.get(day) ?? []), ...lines]);
  });
  return days as Days;
});

const pattern = (exact: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...exact),
    fc
      .tuple(fc.constantFrom(...exact), fc.nat({ max: 12 }))
      .map(([text, length]) => `${text.slice(0, length)}*`),
  );
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const time = fc.constantFrom(...times).map((text) => new Date(text));
const filter = fc
  .record({
    userId: optional(fc.constantFrom(...users)),
    model: optional(pattern(models)),
    status: optional(fc.constantFrom(...statuses)),
    eventType: optional(pattern(types)),
    since: optional(time),
    until: optional(time),
    system: optional(fc.boolean()),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

async function allOf(entries: AsyncIterable<AuditEntry>): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for await (const each of entries) all.push(each);
  return all;
}

/** The entries, and what was told beside them. */
async function readBy(
  read: (options: ReadSourceOptions) => AsyncIterable<AuditEntry>,
  options: ReadSourceOptions,
) {
  const gaps: string[] = [];
  const skipped: string[] = [];
  const onGap = ({ id }: AuditEntry) => gaps.push(id);
  const onSkipped = ({ file }: { file: string }) => skipped.push(/\d{4}-\d{2}-\d{2}/.exec(file)![0]);
  const entries = await allOf(read({ ...options, onGap, onSkipped }));
  return { entries, gaps, skipped };
}

test("the table gives what the journal gives, whatever is asked for", async () => {
  await fc.assert(
    fc.asyncProperty(
      journal,
      fc.array(filter, { minLength: 6, maxLength: 6 }),
      fc.nat({ max: 5 }),
      async (days, asked, newest) => {
        await fill(world, days);
        const directory = filed(days);
        for (const options of [{}, { system: true }, ...asked]) {
          const expected = await readBy((given) => readJournal(directory, given), options);
          expect(await readBy(source.read, options)).toEqual(expected);
          const last = newest === 0 ? [] : expected.entries.slice(-newest);
          const found = await allOf(source.read({ ...options, newest }));
          // Of two that have one exchange, and no end, either may be the one that counts.
          const isPresumed = ({ error_type }: AuditEntry) => error_type === "process_ended";
          if (!expected.entries.some(isPresumed)) expect(found).toEqual(last);
          else expect(found.length).toBe(last.length);
        }
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test("a line that is no entry any more is told, and the others are given", async () => {
  const days = logAt([["2026-11-24T10:00:00.000Z", 4]]);
  await fill(world, days);
  await tamper(world, "update openrouter_audit.entries set line = left(line, 100) where seq = 2");
  const { entries, skipped } = await readBy(source.read, {});
  expect(entries.map(({ seq }) => seq)).toEqual([1, 3, 4]);
  expect(skipped).toEqual(["2026-11-24"]);
});

test("what the columns say is not believed: the line is the entry", async () => {
  await fill(world, logAt([["2026-11-24T10:00:00.000Z", 4]]));
  await tamper(world, "update openrouter_audit.entries set user_id = 'u-9', cost_usd = 99 where seq = 1");
  expect(await allOf(source.read({ userId: "u-9" }))).toEqual([]);
  expect((await allOf(source.read()))[0]).toMatchObject({ user_id: "u-1", cost_usd: 0.000353 });
});

test("many pages of entries come in order, and whoever has enough stops there", async () => {
  const days = logAt([
    ["2026-11-24T10:00:00.000Z", 700],
    ["2026-11-25T10:00:00.000Z", 5],
  ]);
  await fill(world, days);
  const seqs = (await allOf(source.read())).map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: 705 }, (_, index) => index + 1));
  for await (const { seq } of source.read()) if (seq === 3) break;
  expect((await allOf(source.read({ newest: 100, userId: "u-1" }))).map(({ seq }) => seq)).toEqual(
    seqs.filter((seq) => seq % 3 === 1).slice(-100),
  );
  expect(pool.idleCount).toBe(pool.totalCount);
});

test("a signal stops the query on the server, too", async () => {
  await fill(world, logAt([["2026-11-24T10:00:00.000Z", 2]]));
  const waiting = async (count: number) => {
    for (;;) {
      const [row] = await world.sql<{ count: string }>(
        "select count(*) from pg_stat_activity where usename = 'auditor' and wait_event_type = 'Lock'",
      );
      if (Number(row!.count) === count) return;
    }
  };
  await world.as("postgres", async (client) => {
    await client.query("begin; lock table openrouter_audit.entries in access exclusive mode");
    const stop = new AbortController();
    const reading = allOf(source.read({ signal: stop.signal }));
    await waiting(1);
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await waiting(0);
  });
  expect(await allOf(source.read())).toHaveLength(2);
});

test.each([
  [
    "without a grant",
    () => world.server.url({ user: "app" }),
    /may not do that.*grant openrouter_audit_reader/,
  ],
  ["with a wrong password", () => world.server.url({ password: "hunter2" }), /password is wrong/],
  [
    "without a table",
    () => world.server.url({ database: "template1" }),
    /not there, or not migrated.*postgres migrate/,
  ],
  ["without a server", () => "postgres://me:hunter2@127.0.0.1:1/db?password=hunter2", /nobody listens there/],
])("%s, the error says what to do and no password", async (_, url, said) => {
  const failing = readPostgres({ connectionString: url() });
  const error = (await allOf(failing.read()).catch((thrown: unknown) => thrown)) as Error & { code: string };
  await failing.close!();
  expect(error.code).toBe("JOURNAL_UNREADABLE");
  expect(error.message).toMatch(said);
  expect(`${error.stack} ${failing.name}`).not.toMatch(/hunter2|battery/);
});
