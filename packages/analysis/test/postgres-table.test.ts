import {
  type ColumnType,
  type EntryTable,
  entryColumns,
  openEntries,
  type SqlRow,
  type Statement,
} from "@openrouter-audit/analysis";
import { type Days, empty, filed, fill } from "../../sink-postgres/test/support/filled-table.ts";
import { draft, TestLog } from "../../sink-postgres/test/support/sealed-days.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { loadPostgres } from "../src/postgres/load-postgres.ts";

let world: World;
let table: EntryTable;
beforeAll(async () => {
  world = await World.start();
  table = await openEntries(world.server.url({ user: "auditor" }));
}, 60_000);
afterAll(async () => {
  await table.close();
  await world.stop();
});

/** Calls of three days, with what is odd in each member. */
function oddDays(): Days {
  const log = new TestLog();
  const odd = [
    {},
    {
      user_id: "o'hara",
      claimed_user: "\u0007",
      model: "openai/gpt-5-mini",
      cost_usd: 0.1,
      latency_ms: 1.5,
      stream: true,
    },
    {
      user_id: "ü",
      policy: { zdr: true, data_collection: "deny" },
      metadata: { feature: "chat" },
      prompt_tokens: 9007199254740991,
    },
    {
      policy: { zdr: "yes" },
      metadata: { feature: { deep: 1 } },
      request: { route: "/a/:id", trace_id: "t" },
      cost_usd: 123,
    },
    {
      policy: "none",
      request: [],
      service: null,
      cost_usd: "free",
      prompt_tokens: 1.5,
      stream: "true",
      status: 7,
    },
    {
      unavailable: { code: "x", excluded_by: null },
      upstream_cost_usd: 5e-324,
      timestamp: "2026-11-23T23:59:59.999Z",
    },
  ];
  return new Map(
    ["2026-11-23", "2026-11-24", "2026-11-26"].map((day) => [
      day,
      odd.flatMap((members, index) => {
        const time = `${day}T10:00:00.00${index}Z`;
        const lines = log.seal(time, draft({ event_type: "chat_completion", ...members } as never));
        return lines.map((line) => line.replace('"cost_usd":123,', '"cost_usd":1e400,'));
      }),
    ]),
  );
}

async function rows(asked: EntryTable, statement: Statement, signal?: AbortSignal): Promise<SqlRow[]> {
  const all: SqlRow[] = [];
  for await (const row of asked.ask(statement, signal)) all.push(row);
  return all;
}

/** As what to ask for a column, so that engines give the same. */
const cells: Readonly<Record<ColumnType, (name: string) => string>> = {
  text: (name) => name,
  boolean: (name) => name,
  number: (name) => name,
  integer: (name) => `cast(${name} as double precision) as ${name}`,
  time: (name) => `cast(extract(epoch from ${name}) as double precision) as ${name}`,
};

const nothing = {
  zdr: null,
  stream: null,
  cost_usd: null,
  upstream_cost_usd: null,
  prompt_tokens: null,
  feature: null,
  file: null,
};

test("a table has the rows that the files have, whatever stands in a member", async () => {
  const days = oddDays();
  await fill(world, days);
  const journal = await openEntries(filed(days));
  try {
    const there = [...days.keys()];
    expect(await table.days()).toEqual(there);
    for (const asked of [there, there.slice(1), ["2026-11-25"], []]) {
      // What no schema allows may be read differently: a text where a truth value or a count belongs.
      const regular = entryColumns.filter(
        ({ name }) =>
          !["zdr", "stream", "cost_usd", "upstream_cost_usd", "prompt_tokens", "feature"].includes(name),
      );
      const columns = regular.map(({ name, type }) => cells[type](`"${name}"`)).join(", ");
      const text = (of: EntryTable) =>
        `select ${columns}, line, day from ${of.relation(asked)} as entries order by log collate "C", seq`;
      const found = await rows(table, { text: text(table) });
      expect(found).toHaveLength(asked.length === 0 || asked[0] === "2026-11-25" ? 0 : asked.length * 6);
      if (asked.length > 0 && found.length > 0)
        expect(found).toEqual(await rows(journal, { text: text(journal) }));
    }
  } finally {
    await journal.close();
  }
  expect(
    await rows(table, {
      text: `select zdr, stream, cost_usd, upstream_cost_usd, prompt_tokens, feature, file from ${table.relation(["2026-11-26"])} as e order by seq`,
    }),
  ).toEqual([
    nothing,
    { ...nothing, stream: true, cost_usd: 0.1 },
    { ...nothing, zdr: true, prompt_tokens: 9007199254740991, feature: "chat" },
    { ...nothing, feature: '{"deep": 1}' },
    nothing,
    nothing,
  ]);
});

test("only the partitions of the days that are asked for are looked at", async () => {
  await fill(world, oddDays());
  const plan = await world.sql(
    `explain select count(*) from ${table.relation(["2026-11-24"])} as e where user_id = 'ü'`,
  );
  const text = plan.map((row) => Object.values(row)[0]).join("\n");
  expect(text).toContain("entries_20261124");
  expect(text).not.toMatch(/entries_202611(23|26)/);
});

test("values are bound, and rows come as they are taken", async () => {
  await fill(world, oddDays());
  const text = `select generate_series(1, 1000000000) as n, user_id from ${table.relation(["2026-11-24"])} as e where user_id = $1 and latency_ms > $2`;
  const taken: SqlRow[] = [];
  for await (const row of table.ask({ text, values: ["o'hara", 1] })) if (taken.push(row) === 5000) break;
  expect(taken.at(-1)).toEqual({ n: 5000, user_id: "o'hara" });
  expect(await active()).toEqual([]);
});

const active = () =>
  world.sql("select query from pg_stat_activity where usename = 'auditor' and state <> 'idle'");

test.each(["begin", "middle"])("a signal at the %s stops what the server does", async (when) => {
  await fill(world, oddDays());
  const stop = new AbortController();
  const endless = "select count(*) as n from (select generate_series(1, 100000000000)) as n";
  const text = when === "begin" ? endless : `select generate_series(1, 3000) as n union all (${endless})`;
  const reading = (async () => {
    for await (const _ of table.ask({ text }, stop.signal))
      if (when === "middle") stop.abort(new Error("enough"));
  })();
  if (when === "begin") {
    while ((await active()).length === 0);
    stop.abort(new Error("enough"));
  }
  await expect(reading).rejects.toThrow("enough");
  while ((await active()).length > 0);
});

describe.each([
  ["copies what it needs", "grant temporary on database postgres to public", "pg_temp.snapshot"],
  [
    "asks the table itself where the role may not",
    "revoke temporary on database postgres from public",
    "(select ",
  ],
])("a snapshot %s", (_, right, relation) => {
  test("and stays as it is while the table grows", async () => {
    const days = oddDays();
    await fill(world, days);
    await world.sql(right);
    const where = { text: "user_id = $1 or user_id = $2 or claimed_user = '$1'", values: ["o'hara", "ü"] };
    const snapshot = await table.snapshot({
      days: [...days.keys()],
      columns: ["id", "user_id", "day"],
      where,
    });
    try {
      expect(snapshot.relation.slice(0, relation.length)).toBe(relation);
      const count = {
        text: `select cast(count(*) as double precision) as n, max(user_id collate "C") as last from ${snapshot.relation} as e`,
      };
      expect(await snapshot.ask(count)).toEqual([{ n: 6, last: "ü" }]);
      await empty(world);
      expect(await snapshot.ask(count)).toEqual([{ n: 6, last: "ü" }]);
      expect(await snapshot.ask({ text: "select $1::text as given", values: ["x"] })).toEqual([
        { given: "x" },
      ]);
      expect(snapshot.unreadable).toEqual(new Map());
    } finally {
      await snapshot.close();
    }
    expect(await active()).toEqual([]);
  });
});

test("what asks cannot write", async () => {
  await fill(world, oddDays());
  const superuser = await openEntries(world.server.url());
  const all = `openrouter_audit.entries`;
  for (const text of [
    `with gone as (delete from ${all} returning 1) select * from gone`,
    `select 1; drop table ${all}`,
    "select nextval('s')",
    "select openrouter_audit.entries_drop_day('2026-11-23')",
  ]) {
    await world.sql("create sequence if not exists s");
    await expect(rows(superuser, { text })).rejects.toThrow(/Cannot read/);
  }
  await superuser.close();
  expect(await table.days()).toHaveLength(3);
});

test.each([
  ["a wrong password", () => world.server.url({ password: "hunter2" }), undefined, /password is wrong/],
  ["another schema", () => world.server.url(), "nowhere", /not there, or not migrated/],
])("%s: what it is and what to do, without the password", async (_, url, schema, said) => {
  const failing = await openEntries(url(), { schema });
  const error = (await failing.days().catch((thrown) => thrown)) as Error & { code: string };
  await failing.close();
  expect(error.code).toBe("JOURNAL_UNREADABLE");
  expect(error.message).toMatch(said);
  expect(`${error.stack} ${failing.name}`).not.toMatch(/hunter2|battery/);
});

test("without the package, what to install is said", async () => {
  const missing = Object.assign(new Error("Cannot find package 'pg' imported from x"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  await expect(loadPostgres(() => Promise.reject(missing))).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining("npm install @openrouter-audit/sink-postgres pg"),
  });
});
