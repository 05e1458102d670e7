import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  describedCalls,
  describedColumns,
  type EntryTable,
  openEntries,
  type Report,
  report,
  type SqlOptions,
  sql,
  writeLake,
} from "@openrouter-audit/analysis";
import { type Days, filed, fill } from "../../sink-postgres/test/support/filled-table.ts";
import { draft, TestLog } from "../../sink-postgres/test/support/sealed-days.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { readStatement, takesAllColumns } from "../src/sql/statement.ts";

const page = readFileSync("docs/sql.md", "utf8");
const questions = [
  ...page.split("## Twenty questions")[1]!.matchAll(/^(.+\?)\n\n```sql\n([\s\S]*?)```$/gm),
].map(([, title, text]) => [title!, text!] as const);

let world: World;
let directory: string;
let tables: Record<"files" | "Postgres", EntryTable>;
beforeAll(async () => {
  world = await World.start();
  const days = sampleDays();
  await fill(world, days);
  directory = filed(days);
  // One is archived, and one has lines that are no entries: those a table does not take.
  const [archived, damaged] = readdirSync(directory)
    .sort()
    .map((name) => join(directory, name));
  writeFileSync(`${archived}.gz`, gzipSync(readFileSync(archived!)));
  rmSync(archived!);
  writeFileSync(damaged!, `no entry\n${readFileSync(damaged!, "utf8")}{"id":"none"}\n`);
  tables = {
    files: await openEntries(directory),
    Postgres: await openEntries(world.server.url({ user: "auditor" })),
  };
}, 60_000);
afterAll(async () => {
  for (const table of Object.values(tables)) await table.close();
  await world.stop();
});

/** Three days of everything that the questions are about. */
function sampleDays(): Days {
  const logs = [new TestLog(), new TestLog()];
  const days = new Map<string, string[]>();
  const keep = (time: string, lines: readonly string[]) =>
    days.set(time.slice(0, 10), [...(days.get(time.slice(0, 10)) ?? []), ...lines]);
  const models = ["openai/gpt-5-mini", "anthropic/claude-sonnet-4.5", "qwen/qwen3-32b"];
  for (const log of logs) keep("2026-11-23T00:00:00.000Z", log.open("2026-11-23T00:00:00.000Z"));
  for (let index = 0; index < 240; index += 1) {
    const time = new Date(Date.parse("2026-11-23T00:00:00.000Z") + index * 1_080_000).toISOString();
    const status = index % 7 === 3 ? "error" : index % 11 === 5 ? "aborted" : "success";
    const call = {
      event_type: "chat_completion",
      timestamp: time,
      exchange_id: `exchange-${index}`,
      user_id: index % 9 === 0 ? null : `user-${index % 5}`,
      attribution: { how: index % 9 === 0 ? "no_context" : "authenticated", source: null },
      model: models[index % 3]!,
      model_served: index % 10 === 0 ? `${models[index % 3]}:floor` : models[index % 3]!,
      provider: ["OpenAI", "Anthropic", null][index % 3],
      endpoint: "/api/v1/chat/completions",
      generation_id: `gen-${index}`,
      status,
      error_type: status === "error" ? ["rate_limited", "timeout"][index % 2] : null,
      error_code: status === "error" ? "429" : null,
      stream: index % 2 === 0,
      attempt: index % 13 === 0 ? 2 : 1,
      policy: index % 4 === 0 ? { zdr: true } : null,
      metadata: index % 3 === 0 ? { feature: ["chat", "=summary"][index % 2], ticket: `T-${index}` } : {},
      tenant_id: index % 2 ? "acme" : null,
      prompt_tokens: 100 + index,
      cached_tokens: index % 3 ? 10 + (index % 17) : null,
      cost_usd: status === "success" ? Number((0.000_123 * (index + 1)).toFixed(6)) : null,
      latency_ms: 100 + ((index * 37) % 900) + 0.25,
      time_to_first_token_ms: index % 2 === 0 ? 20 + ((index * 13) % 70) : null,
    };
    const entry = draft(call as never);
    const log = logs[index % 2]!;
    if (index % 20 === 0)
      keep(
        time,
        log.seal(
          time,
          draft({ ...call, event_type: "call_started", status: "unknown", cost_usd: null } as never),
        ),
      );
    // The ends of two are presumed; of one the real one comes after all.
    const presumed = { ...call, status: "unknown", error_type: "process_ended", cost_usd: null };
    if (index === 60 || index === 80) keep(time, log.seal(time, draft(presumed as never)));
    if (index === 80 || index === 140) continue;
    keep(time, log.seal(time, entry));
    // Some were written twice, as after a commit that failed half-way.
    if (index % 50 === 7) keep(time, logs[(index + 1) % 2]!.seal(time, entry));
  }
  for (const [time, call] of notSoPlain()) {
    const entry = draft({ user_id: "user-1", timestamp: time, status: "success", ...call } as never);
    keep(time, logs[0]!.seal(time, entry));
    // One poll was written twice.
    if (call.generation_id === "job-1") keep(time, logs[1]!.seal(time, entry));
  }
  const end = "2026-11-25T23:59:00.000Z";
  const gap = {
    reason: "buffer_full",
    count: 7,
    since: "2026-11-25T01:00:00.000Z",
    until: "2026-11-25T01:02:00.000Z",
  };
  keep(end, logs[0]!.seal(end, draft({ event_type: "audit.gap", detail: gap })));
  keep(
    end,
    logs[0]!.seal(
      end,
      draft({
        event_type: "call_refused",
        error_type: "policy",
        user_id: "user-1",
        model: models[0],
      } as never),
    ),
  );
  keep(end, logs[0]!.close(end));
  return days;
}

/** Jobs that are polled, over midnight too; numbers that can be none; and what is no call. */
function notSoPlain(): (readonly [string, Readonly<Record<string, unknown>>])[] {
  const poll = { event_type: "video_status", model: "google/veo-3" };
  const others = ["management", "catalogue", "answer.approved", "call_refused"].map(
    (event_type) => ["2026-11-24T08:00:00.000Z", { event_type, user_id: null, status: "error" }] as const,
  );
  return [
    ["2026-11-23T23:58:00.000Z", { ...poll, generation_id: "job-1", cost_usd: null }],
    ["2026-11-23T23:59:00.000Z", { ...poll, generation_id: "job-1", cost_usd: 1.25 }],
    ["2026-11-24T00:01:00.000Z", { ...poll, generation_id: "job-1", cost_usd: 1.25 }],
    ["2026-11-24T00:02:00.000Z", { ...poll, generation_id: "job-1", cost_usd: 1.25 }],
    ["2026-11-24T00:03:00.000Z", { ...poll, generation_id: "job-2'\u0000", cost_usd: 0.5 }],
    ["2026-11-24T00:04:00.000Z", { ...poll, generation_id: "job-2'\u0000", cost_usd: 0.5 }],
    [
      "2026-11-24T00:05:00.000Z",
      { ...poll, event_type: "batch_status", cost_usd: 0.25, generation_id: null },
    ],
    [
      "2026-11-24T01:00:00.000Z",
      { event_type: "message", prompt_tokens: 10, cached_tokens: 500, completion_tokens: 30 },
    ],
    ["2026-11-24T02:00:00.000Z", { event_type: "rerank", cost_usd: 1e7, prompt_tokens: -5, latency_ms: -1 }],
    [
      "2026-11-24T03:00:00.000Z",
      { event_type: "speech", status: "odd", upstream_cost_usd: 0.5, is_byok: true },
    ],
    ["2026-11-24T04:00:00.000Z", { event_type: "file", status: "success" }],
    ...others,
  ];
}

async function answer(place: EntryTable | string, text: string, options?: SqlOptions) {
  const { columns, rows, unreadable } = await sql(place, text, options);
  const all = [];
  for await (const row of rows) all.push(row);
  return {
    names: columns.map(({ name }) => name),
    types: columns.map(({ type }) => type),
    rows: all,
    unreadable,
  };
}

const given = new Map<string, ReturnType<typeof answer>>();

/** The answer to a question that was asked of this place before, or is asked now. */
function answerOnce(place: keyof typeof tables, text: string): ReturnType<typeof answer> {
  const key = `${place} ${text}`;
  const told = given.get(key) ?? answer(tables[place], text);
  given.set(key, told);
  return told;
}

const refusal = async (place: EntryTable | string, text: string): Promise<Error & { code?: string }> =>
  answer(place, text).then(
    ({ rows }) => new Error(`it was answered: ${JSON.stringify(rows)}`),
    (error) => error,
  );

test("the page has twenty questions, and every column", () => {
  expect(questions).toHaveLength(20);
  for (const { name, type, member } of describedColumns) {
    const what = member.startsWith("(") ? member.slice(1, -1) : `\`${member}\``;
    expect(page).toContain(`| \`${name}\` | ${type} | ${what} |`);
  }
  for (const { name, type, member } of describedCalls)
    if (!describedColumns.some((column) => column.name === name && column.member === member))
      expect(page).toContain(`| \`${name}\` | ${type} | ${member.slice(1, -1)} |`);
});

test.each(questions)("%s", async (_, text) => {
  const ofFiles = await answerOnce("files", text);
  const ofTable = await answerOnce("Postgres", text);
  expect([ofTable.names, ofTable.rows]).toEqual([ofFiles.names, ofFiles.rows]);
  expect(ofFiles.rows.length).toBeGreaterThan(0);
});

const questionOf = (beginning: string) => questions.find(([title]) => title.startsWith(beginning))![1];

const periods: [string, SqlOptions][] = [
  ["everything", {}],
  ["a day", { since: new Date("2026-11-24"), until: new Date("2026-11-25") }],
];

describe.each(["files", "Postgres"] as const)("%s", (place) => {
  describe.each(place === "files" ? periods : periods.slice(0, 1))(
    "what the page asks of %s is what the report says",
    (_, period) => {
      const asked = async (title: string) => {
        const question = questionOf(title);
        const told = period.since ? answer(tables[place], question, period) : answerOnce(place, question);
        return (await told).rows;
      };
      let said: Report;
      beforeAll(async () => {
        said = await report(tables[place], { period, expect: { zdr: true } });
      });

      test("costs, by model, user and day", async () => {
        const { by_model, by_user, by_day } = said;
        const dollars = (cost: number) => (cost === 0 ? null : cost);
        const [models, users, days] = [
          await asked("What does each model cost"),
          await asked("Who spends"),
          await asked("What did each day"),
        ];
        expect(sorted(models)).toEqual(
          sorted(
            by_model.rows
              .filter(({ key }) => key !== null)
              .map(({ key, calls, error, cost_usd }) => [key, calls, error, dollars(cost_usd)]),
          ),
        );
        expect(sorted(users)).toEqual(
          sorted(by_user.rows.map(({ key, calls, cost_usd }) => [key, calls, dollars(cost_usd)])),
        );
        expect(days).toEqual(
          by_day.rows.map(({ key, calls, cost_usd, calls_without_cost }) => [
            key,
            calls,
            dollars(cost_usd),
            calls_without_cost,
          ]),
        );
      });

      test("the numbers of a call, and their sums", async () => {
        const { totals } = said;
        const text = `select count(*) as calls, count(*) filter (where status = 'success') as success, count(*) filter (where status = 'error') as error,
        count(*) filter (where status = 'aborted') as aborted, count(*) filter (where status = 'unknown') as unknown,
        cast(sum(prompt_tokens) as bigint) as prompt_tokens, cast(sum(completion_tokens) as bigint) as completion_tokens,
        cast(sum(total_tokens) as bigint) as total_tokens, cast(sum(cached_tokens) as bigint) as cached_tokens, sum(cost_usd) as cost_usd,
        count(*) filter (where lacks_cost) as calls_without_cost, sum(upstream_cost_usd) as byok_upstream_cost_usd from calls`;
        const { names, rows } = await answer(tables[place], text, period);
        const measures = Object.fromEntries(names.map((name, index) => [name, rows[0]![index]]));
        expect(totals).toMatchObject(measures);
        const latency = `select count(latency_ms) as count, max(latency_ms) as max,
        percentile_disc(0.95) within group (order by latency_ms) as p95 from calls`;
        const [[count, max, p95]] = (await answer(tables[place], latency, period)).rows as [number[]];
        expect(totals.latency_ms).toMatchObject({ count, max, p95 });
      });

      // Of a period the sums of each day say whether it is the same one.
      if (period.since) return;

      test("hours, features, errors, calls without a user, and calls that were not zdr", async () => {
        const { by_hour, by_feature, by_user, errors, policy } = said;
        expect(await asked("At what hours")).toEqual(
          by_hour.rows.map(({ key, calls }) => [Number(key), calls]),
        );
        const features = await asked("What does a feature cost");
        expect(sumOf(features, 2)).toBe(
          by_feature.rows.filter(({ key }) => key !== null).reduce((sum, { calls }) => sum + calls, 0),
        );
        const failed = (await asked("What goes wrong")).map(([type, code, calls, , last]) => [
          type,
          code,
          calls,
          last,
        ]);
        expect(sorted(failed)).toEqual(
          sorted(
            errors
              .filter(({ status }) => status === "error")
              .map(({ error_type, error_code, calls, last_seen }) => [
                error_type,
                error_code,
                calls,
                last_seen,
              ]),
          ),
        );
        const nobodys = by_user.rows.find(({ key }) => key === null)!;
        expect(sumOf(await asked("Which calls have no user"), 2)).toBe(nobodys.calls);
        expect(sorted(await asked("Which calls sent something"))).toEqual(
          sorted(
            policy.exceptions.map(({ user_id, subject, calls, first_seen }) => [
              user_id,
              subject,
              calls,
              first_seen,
            ]),
          ),
        );
      });
    },
  );

  test("of calls everything else is there as it stands, and something else may be called so", async () => {
    const table = tables[place];
    const text = `select entry->>'prompt_tokens' as said, prompt_tokens, line like '%"message"%' as line, entry->>'id' = id as same, log is not null as log
      from Calls where event_type = 'message'`;
    expect((await answer(table, text)).rows).toEqual([["10", 510, true, true, true]]);
    const own =
      "with calls as (select model, count(*) as calls from entries group by 1) select count(*) as calls from calls";
    expect((await answer(table, own)).rows).toHaveLength(1);
    const columns = (await answer(table, "select * from calls limit 1")).names;
    expect(columns).toEqual(describedCalls.map(({ name }) => name));
    expect((await answer(table, "describe calls")).rows).toEqual(
      describedCalls.map((column) => Object.values(column)),
    );
    for (const explain of ["explain", "explain analyze"])
      expect((await answer(table, `${explain} select sum(cost_usd) from calls`)).rows.length).toBeGreaterThan(
        0,
      );
    const joined = `select count(*) as n from calls join entries on entries.id = calls.id where calls.cost_usd = 1.25`;
    expect((await answer(table, joined)).rows).toEqual([[1]]);
  });

  test("an entry that stands there twice counts once, and the real end is the one that counts", async () => {
    const table = tables[place];
    const isCall = "where event_type = 'chat_completion'";
    const counts = `select count(*) as n, count(distinct id) as ids, max(exchange_id) filter (where error_type = 'process_ended') as presumed,
      count(*) filter (where error_type = 'process_ended') as ends, (select count(*) from lines ${isCall}) as lines from entries ${isCall}`;
    // 240 calls, of which one is not there, and of one the end is presumed.
    expect((await answer(table, counts)).rows).toEqual([[239, 239, "exchange-80", 1, 239 + 5 + 1]]);
    const whole = `select id, line, entry->'metadata'->>'ticket' as ticket from entries where exchange_id = 'exchange-57'`;
    const { rows } = await answer(table, whole);
    expect(rows).toEqual([[expect.any(String), expect.stringContaining('"exchange-57"'), "T-57"]]);
  });

  test("a period leaves out entries of other times, and days that cannot have them", async () => {
    const since = new Date("2026-11-24T06:00:00.000Z");
    const until = new Date("2026-11-25T00:00:00.000Z");
    const text = `select min("timestamp") as first, max("timestamp") as last, min(day) as day from entries`;
    expect((await answer(tables[place], text, { since, until })).rows).toEqual([
      ["2026-11-24T06:00:00.000Z", "2026-11-24T23:42:00.000Z", "2026-11-24"],
    ]);
  });

  test("values are what the page says", async () => {
    const text = `select 9007199254740991 as a, 9007199254740993 as b, cast(0.1 as double precision) as c, cast(1.50 as decimal(18,2)) as d,
      true as e, cast(null as varchar) as f, timestamp '2026-11-24 02:34:36.29' as g, date '2026-11-24' as h, cast('{"a":1}' as json) as i,
      cast('nan' as double precision) as j, timestamp with time zone '2026-11-24 02:00:00+02' as k, 'x' as a`;
    const { names, types, rows } = await answer(tables[place], text);
    expect(names).toEqual([..."abcdefghijk", "a"]);
    expect(types.map((type) => type)).toEqual(
      "integer integer number number boolean text time date json number time text".split(" "),
    );
    const [row] = rows;
    expect(row!.slice(0, 9)).toEqual([
      9007199254740991,
      "9007199254740993",
      0.1,
      1.5,
      true,
      null,
      "2026-11-24T02:34:36.290Z",
      "2026-11-24",
      '{"a":1}',
    ]);
    expect(String(row![9]).toLowerCase()).toBe("nan");
    expect(row!.slice(10)).toEqual(["2026-11-24T00:00:00.000Z", "x"]);
  });

  test("the views are described, a statement may end as it likes, and may be explained", async () => {
    const described = await answer(tables[place], "describe entries;");
    expect(described.rows).toEqual(describedColumns.map((column) => Object.values(column)));
    const ended =
      "/* how many? */ -- really\n with models as (select distinct model from entries where model is not null)\nselect count(*) as n from models; -- done";
    expect((await answer(tables[place], ended)).rows).toEqual([[4]]);
    expect((await answer(tables[place], "(select 1 as n) union all (select 2) order by n")).rows).toEqual([
      [1],
      [2],
    ]);
    const { rows } = await answer(tables[place], "explain select count(*) from entries");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]!.every((cell) => typeof cell === "string")).toBe(true);
  });

  test.each([
    ["select nope from entries", /nope/, "line 1: select nope from entries\n               ^"],
    [
      "with x as (select 1 as n)\n\nselect n,\n  wrong from x",
      /wrong/,
      "line 4:   wrong from x\n          ^",
    ],
    ["select count(* from entries", /syntax error/, "line 1: "],
    ["select * from elsewhere", /elsewhere/, "line 1: select * from elsewhere\n                      ^"],
    ["select cast('x' as integer) as n", /x/, "line 1: "],
    ["select id from entries where id = $1", /parameters/, ""],
  ])("%s: what is wrong, and where", async (text, said, where) => {
    const { code, message } = await refusal(tables[place], text);
    expect(code).toBe("INVALID_OPTIONS");
    expect(message).toMatch(said);
    expect(message).toContain(where);
    expect(message).not.toMatch(/Binder|Catalog|openrouter_audit|read_ndjson|declare/);
  });

  test.each([
    "",
    "  -- nothing",
    "drop table entries",
    "select 1; select 2",
    "select 1; drop view entries",
    "update entries set user_id = 'x'",
    "insert into entries select * from entries",
    "create table x as select 1",
    "copy (select 1) to '/tmp/openrouter-audit-copied'",
    "set threads = 1",
    "pragma version",
    "call pragma_version()",
    "begin",
    "explain analyze create table x as select 1",
    "explain (analyze) delete from entries",
    "with gone as (delete from entries returning 1) select * from gone",
  ])("%j is refused", async (text) => {
    expect((await refusal(tables[place], text)).code).toBe("INVALID_OPTIONS");
  });

  test("rows come as they are taken, and who has enough stops it", async () => {
    const { rows } = await sql(
      tables[place],
      "select a.id from lines as a, lines as b, lines as c, lines as d",
    );
    let taken = 0;
    for await (const _ of rows) if (++taken === 3000) break;
    expect(taken).toBe(3000);
  });

  test("a signal stops it", async () => {
    const stop = new AbortController();
    const endless =
      "select count(*) as n from lines as a, lines as b, lines as c, lines as d where a.id || b.id || c.id || d.id = 'x'";
    const asking = answer(tables[place], endless, { signal: stop.signal });
    asking.catch(() => undefined);
    setImmediate(() => stop.abort(new Error("enough")));
    await expect(asking).rejects.toThrow("enough");
    await expect(
      answer(tables[place], endless, { signal: AbortSignal.abort(new Error("before")) }),
    ).rejects.toThrow("before");
  });
});

type Rows = readonly (readonly unknown[])[];

const sorted = (rows: Rows) => rows.map((row) => JSON.stringify(row)).sort();
const sumOf = (rows: Rows, column: number) => rows.reduce((sum, row) => sum + Number(row[column]), 0);

const count = "select count(*) as n from entries";
const ofFiles = "select count(distinct file) as files, count(*) as n from lines where id is not null";

test("jobs count once however a statement names the view", async () => {
  const { totals } = await report(tables.files, {});
  for (const text of [
    "select sum(cost_usd) as usd from main.calls",
    "select usd from query('select sum(cost_usd) as usd from calls')",
    "select sum(cost_usd) as usd from query_table('calls')",
    "with all_calls as (from calls) select sum(cost_usd) as usd from all_calls",
  ])
    expect((await answer(tables.files, text)).rows).toEqual([[totals.cost_usd]]);
});

test("a lake is asked as the journal it was made of", async () => {
  const lake = mkdtempSync(join(tmpdir(), "openrouter-audit-lake-"));
  try {
    await writeLake(directory, lake);
    for (const text of [
      questions[0]![1],
      "select count(*) as n, count(id) as entries, count(distinct day) as days from lines",
      "select id, entry->'metadata'->>'ticket' as ticket from entries where feature is not null order by seq, log limit 5",
    ])
      expect((await answer(lake, text)).rows).toEqual((await answerOnce("files", text)).rows);
    expect((await answer(lake, count)).unreadable).toBe(2);
    expect((await refusal(lake, `select * from read_text('${lake}/provenance.json')`)).code).toBe(
      "INVALID_OPTIONS",
    );
  } finally {
    rmSync(lake, { recursive: true });
  }
});

test("lines that are no entries are counted, and stand in lines", async () => {
  expect((await answerOnce("files", count)).unreadable).toBe(2);
  const unreadable = "select count(*) as n from lines where id is null";
  expect((await answer(tables.files, unreadable)).rows).toEqual([[2]]);
  expect((await answer(tables.files, "select 1 as n from lines limit 1")).unreadable).toBeNull();
  expect((await answer(tables.Postgres, count)).unreadable).toBe(0);
});

test("a mistake in a statement that names a file of the log is one of the statement, and not of the file", async () => {
  // Of a long line only a part is shown, in which the name would not be.
  const short = mkdtempSync(join(tmpdir(), "s"));
  const file = join(short, "audit_2026-11-02.jsonl");
  writeFileSync(file, "");
  const refused = await refusal(short, `select x from read_text('${file}')`);
  rmSync(short, { recursive: true });
  expect(refused).toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining('"x" not found'),
  });
});

describe("of files nothing else can be reached", () => {
  let home: string;
  let opened: EntryTable;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "openrouter-audit-sql-"));
    cpSync(directory, home, { recursive: true });
    writeFileSync(join(home, "secret"), "hunter2 hunter2 hunter2");
    writeFileSync(join(home, "other.csv"), "hunter2\n1\n");
    opened = await openEntries(home);
  });
  afterAll(async () => {
    await opened.close();
    rmSync(home, { recursive: true });
  });

  test.each([
    "select * from read_text('HOME/secret')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('HOME/*')",
    "select * from read_csv('HOME/other.csv')",
    "select * from 'HOME/other.csv'",
    "select * from 'other.parquet'",
    "select * from glob('HOME/*')",
    "select * from sniff_csv('HOME/other.csv')",
    "select * from parquet_metadata('HOME/other.csv')",
    "select * from read_ndjson_objects('/proc/self/environ')",
    "select * from 'https://127.0.0.1:9/x.parquet'",
    "select * from 's3://bucket/x.parquet'",
    "select * from sqlite_scan('HOME/secret', 't')",
    "select * from query('copy (select 1) to ''HOME/written''')",
    "copy (select 1) to 'HOME/written'",
    "explain analyze copy (select 1) to 'HOME/written'",
    "export database 'HOME/written'",
    "attach 'HOME/written' as other",
    "install httpfs",
    "load httpfs",
    "load 'HOME/secret'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_external_access = true",
    "checkpoint",
    "select set_config('x', 'y', false)",
    "select getenv('PATH')",
  ])("%s", async (attack) => {
    const before = readdirSync(home);
    const { code, message } = await refusal(opened, attack.replaceAll("HOME", home));
    expect(code).toBe("INVALID_OPTIONS");
    expect(message).not.toMatch(/hunter2|root:/);
    expect(readdirSync(home)).toEqual(before);
  });

  test("what the engine was told it does not let itself be told otherwise", async () => {
    const settings =
      "select current_setting('enable_external_access') as access, current_setting('lock_configuration') as locked";
    expect((await answer(opened, settings)).rows).toEqual([[false, true]]);
  });

  test("there are no secrets of the user in it", async () => {
    expect((await answer(opened, "select count(*) as n from duckdb_secrets()")).rows).toEqual([[0]]);
  });

  test("a directory may be called as it likes", async () => {
    const odd = join(home, "it's [a] *dir*");
    cpSync(directory, odd, { recursive: true });
    for (const text of [count, ofFiles])
      expect((await answer(odd, text)).rows).toEqual((await answerOnce("files", text)).rows);
  });
});

test("an entry counts once also for a statement that names the view in a text", async () => {
  const from = "select count(*) as n from";
  const [[entries], [lines]] = [
    (await answerOnce("files", count)).rows,
    (await answer(tables.files, `${from} lines where id is not null`)).rows,
  ];
  expect(entries).not.toEqual(lines);
  for (const statement of [
    `select * from query('${from} ent' || 'ries')`,
    `${from} query_table('ent' || 'ries')`,
    `select * from json_execute_serialized_sql(json_serialize_sql('${from} ent' || 'ries'))`,
  ])
    expect([statement, (await answer(tables.files, statement)).rows]).toEqual([statement, [entries]]);
});

test.each([
  ["from entries", true],
  ["table entries", true],
  ["summarize entries", true],
  ["select columns(c -> c <> 'line') from entries", true],
  ["select id from entries", false],
])("%s: whether it takes all columns, without a star: %s", (statement, all) => {
  // One by one they are read so slowly, and with so much memory, that 40 MB of log are too many.
  expect(takesAllColumns(readStatement(statement))).toBe(all);
});

test("in Postgres a role cannot do what it might outside of a transaction that reads", async () => {
  const superuser = world.server.url();
  await world.sql("create sequence if not exists numbers");
  for (const attack of [
    "select nextval('public.numbers')",
    "select openrouter_audit.entries_drop_day('2026-11-23')",
    `select * from openrouter_audit.entries_append(array['{"log":"x","id":"x","seq":0,"recorded_at":"2026-11-24T00:00:00.000Z"}'])`,
    "select lo_create(0)",
    "select * from openrouter_audit.entries for update",
    "table entries; drop schema openrouter_audit cascade",
    "select 1 into x",
  ])
    expect(await refusal(superuser, attack)).toMatchObject({ code: "INVALID_OPTIONS" });
  expect(existsSync("/tmp/openrouter-audit-copied")).toBe(false);
  expect(await tables.Postgres.days()).toHaveLength(3);
  // What else the role may read is its own affair.
  expect(
    (await answer(superuser, "select count(*) as n from openrouter_audit.entries")).rows[0]![0],
  ).toBeGreaterThan(200);
  const { message } = await refusal(
    world.server.url({ user: "auditor" }),
    "select * from pg_catalog.pg_authid",
  );
  expect(message).toMatch(/permission denied|may not/);
});
