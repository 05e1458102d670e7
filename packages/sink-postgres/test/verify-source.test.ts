import { join } from "node:path";
import {
  type JournalVerification,
  proveConsistency,
  proveEntry,
  publicKeyOf,
  verifyJournal,
} from "@openrouter-audit/core";
import { dropDays, readPostgres } from "@openrouter-audit/sink-postgres";
import * as fc from "fast-check";
import { cutOf, writeAnchorLog } from "../../core/test/support/anchor-log.ts";
import { secret } from "../../core/test/support/journals.ts";
import { journals, longJournal } from "../../core/test/support/random-journal.ts";
import { linesByDay } from "../../core/test/support/source-in-memory.ts";
import { empty, filed, fill, linesInTable, tamper } from "./support/filled-table.ts";
import { type Clock, logAt } from "./support/sealed-days.ts";
import { World } from "./support/world.ts";

const key = publicKeyOf(secret);
const now = new Date("2026-12-01T00:00:00Z");

let world: World;
let source: ReturnType<typeof readPostgres>;
beforeAll(async () => {
  world = await World.start();
  source = readPostgres({ connectionString: world.server.url({ user: "auditor" }) });
}, 60_000);
afterAll(async () => {
  await source.close!();
  await world.stop();
});

/** A row of the table, of so many. */
const row = (at: string) => `(select day, log, seq from openrouter_audit.entries order by day, log, seq
  offset ${at} % (select greatest(count(*), 1) from openrouter_audit.entries) limit 1)`;
const one = "openrouter_audit.entries";

/** What a superuser may do to rows; `$1` and `$2` choose which. */
const damages: Readonly<Record<string, string>> = {
  nothing: "select $1::bigint, $2::bigint",
  changed: `update ${one} set line = overlay(line placing 'x' from 1 + ($2::int % length(line)) for 1) where (day, log, seq) = ${row("$1::bigint")}`,
  replaced: `update ${one} set line = 'no entry ' || $2::int where (day, log, seq) = ${row("$1::bigint")}`,
  removed: `delete from ${one} where (day, log, seq) = ${row("$1::bigint")} and $2::bigint >= 0`,
  added: `insert into ${one} (day, log, seq, id, recorded_at, entry, line)
    select day, log, seq + 1000 + $2::bigint % 7, id, recorded_at, entry, line from ${one} where (day, log, seq) = ${row("$1::bigint")}
    on conflict do nothing`,
  swapped: `update ${one} as e set line = other.line from ${one} as other
    where ((e.day, e.log, e.seq) = ${row("$1::bigint")} and (other.day, other.log, other.seq) = ${row("$2::bigint")})
    or ((other.day, other.log, other.seq) = ${row("$1::bigint")} and (e.day, e.log, e.seq) = ${row("$2::bigint")})`,
  dropped: `delete from ${one} where day = ${row("$1::bigint").replace("day, log, seq from", "day from")} and $2::bigint >= 0`,
};

/** What a verification says of the lines, without where they are. */
function said({ entries, logs, files, problems, found }: JournalVerification) {
  const ofLines = problems.filter(({ message }) => !message.startsWith("beside its line"));
  return {
    entries,
    found,
    files: files.map(({ file, ...counts }) => [/\d{4}-\d{2}-\d{2}/.exec(file)![0], counts]),
    logs: logs
      .map(({ log, entries, unchecked, state, head, first, last }) => {
        return { log, entries, unchecked, state, head, seqs: [first?.seq, last?.seq] };
      })
      .sort((a, b) => (a.log < b.log ? -1 : 1)),
    problems: ofLines
      .map(({ verdict, result, log, seq, message }) => {
        return JSON.stringify([verdict, result, log, seq, message.replace(/, in the place of .*/, "")]);
      })
      .sort(),
  };
}

const answerOf = (work: () => Promise<unknown>) =>
  work().catch((error: unknown) => (error as { code?: string }).code ?? error);

test("lines have the verdicts in the table that they have in files, whatever a superuser did to the rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      journals,
      fc.array(
        fc.tuple(fc.constantFrom(...Object.keys(damages)), fc.nat({ max: 1e6 }), fc.nat({ max: 1e6 })),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
      async (files, done) => {
        const days = [...linesByDay(files)].map(([day, lines]) => [day, lines.map(String)] as const);
        await fill(world, new Map(days));
        for (const [kind, first, second] of done) await tamper(world, damages[kind]!, [first, second]);
        const directory = filed(await linesInTable(world));
        const options = { key, now };
        const inFiles = await answerOf(async () => said(await verifyJournal(directory, options)));
        expect(await answerOf(async () => said(await verifyJournal(source, options)))).toEqual(inFiles);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test("each way of damage is found", async () => {
  const clock: Clock = [
    ["2026-11-23T10:00:00.000Z", 3],
    ["2026-11-24T10:00:00.000Z", 3],
    ["2026-11-25T10:00:00.000Z", 3],
  ];
  const found: Record<string, unknown> = {};
  for (const [kind, statement] of Object.entries(damages)) {
    await fill(world, logAt(clock));
    await tamper(world, statement, [5, 7]);
    const { result, problems } = await verifyJournal(source, { key, now });
    found[kind] = [result, problems[0]?.verdict];
  }
  expect(found).toEqual({
    nothing: ["intact", undefined],
    changed: ["tampered", expect.stringMatching(/^(SEQ_GAP|NOT_CANONICAL|ROOT_MISMATCH|BAD_SIGNATURE)$/)],
    replaced: ["tampered", "SEQ_GAP"],
    removed: ["tampered", "SEQ_GAP"],
    added: ["incomplete", "MISFILED"],
    swapped: ["tampered", "SEQ_ORDER"],
    dropped: ["tampered", "SEQ_GAP"],
  });
});

test("a column that says something else than its line is told: a search goes by it", async () => {
  const days = logAt([["2026-11-23T10:00:00.000Z", 3]]);
  for (const [change, columns] of [
    ["user_id = 'nobody'", "user_id"],
    ["model = null, cost_usd = 5", "model, cost_usd"],
    ['"timestamp" = "timestamp" + interval \'1 second\'', "timestamp"],
    ["id = 'other'", "id"],
  ]) {
    await fill(world, days);
    await tamper(world, `update ${one} set ${change} where seq = 2`);
    const { result, problems, entries } = await verifyJournal(source, { key, now });
    expect([result, entries]).toEqual(["incomplete", 5]);
    expect(problems).toMatchObject([
      {
        verdict: "MISFILED",
        seq: 2,
        at: { file: "2026-11-23", line: 0 },
        message: `beside its line the store says something else: ${columns}`,
      },
    ]);
  }
});

test("a log whose clock was set back over midnight, or had run ahead for weeks, is intact", async () => {
  for (const clock of [
    [
      ["2026-11-23T23:59:59.000Z", 2],
      ["2026-11-24T00:00:00.005Z", 1],
      ["2026-11-23T23:59:59.998Z", 2],
      ["2026-11-24T00:00:01.000Z", 2],
      ["2026-11-25T00:00:01.000Z", 2],
    ],
    [
      ["2026-12-24T12:00:00.000Z", 2],
      ["2026-11-23T12:00:00.000Z", 3],
      ["2026-11-24T12:00:00.000Z", 1],
    ],
  ] satisfies Clock[]) {
    const days = logAt(clock);
    await fill(world, days);
    const other = logAt([["2026-11-23T12:00:00.000Z", 2]]);
    await world.sql("select openrouter_audit.entries_append($1::text[])", [[...other.values()].flat()]);
    const { result, problems, entries } = await verifyJournal(source, { key, now });
    expect({ result, problems, entries }).toEqual({
      result: "intact",
      problems: [],
      entries: [...days.values(), ...other.values()].flat().length,
    });
  }
});

test("proofs are those of the files, found by the indexes", async () => {
  const days = logAt([
    ["2026-11-23T10:00:00.000Z", 30],
    ["2026-11-24T10:00:00.000Z", 30],
  ]);
  await fill(world, days);
  const directory = filed(days);
  const lines = [...days.values()].flat().map((line) => JSON.parse(line));
  const { id, log } = lines[40];
  for (const wanted of [{ id }, { log, seq: 40 }]) {
    const { at: _files, ...fromFiles } = (await proveEntry(directory, wanted, { key })) as never as {
      at: object;
    };
    const { at, ...fromTable } = (await proveEntry(source, wanted, { key })) as never as { at: object };
    expect(fromTable).toEqual(fromFiles);
    expect(at).toEqual({ file: "2026-11-24", line: 0 });
  }
  const growth = { log, oldSize: 5, newSize: 50 };
  expect(await proveConsistency(source, growth, { key })).toEqual(
    await proveConsistency(directory, growth, { key }),
  );
  expect(await proveEntry(source, { id: "of nobody" }, { key })).toMatchObject({ reason: "NOT_FOUND" });
  await tamper(world, `update ${one} set line = replace(line, 'text 20', 'text 21') where seq = 20`);
  expect(await proveEntry(source, { id }, { key })).toMatchObject({ proven: false, reason: "TAMPERED" });
});

test("a day that was dropped is missed, like a file, until a tombstone says that it was deleted", async () => {
  const days = [...linesByDay(longJournal(50))].map(([day, lines]) => [day, lines.map(String)] as const);
  await fill(world, new Map(days));
  const { logs } = await verifyJournal(source, { key, now });
  await world.asOwner((client) => dropDays(client, { before: "2026-11-24" }));
  const missed = await verifyJournal(source, { key, now });
  const size = days[0]![1].length;
  expect([missed.result, missed.problems]).toMatchObject([
    "tampered",
    [{ verdict: "SEQ_GAP", seq: size, message: `entries 0 to ${size - 1} are missing before entry ${size}` }],
  ]);
  // What is left is verified from its heartbeat on.
  expect(missed.entries).toBe(days[1]![1].length + days[2]![1].length);
  expect((await verifyJournal(source, { key, now, since: new Date("2026-11-24") })).result).toBe("tampered");

  const directory = filed(new Map());
  const cut = cutOf(days[0]![1], size, logs[0]!.head!, false);
  const detail = { files: [], policy: "400 days", cuts: [cut] };
  writeAnchorLog(directory, [["audit.deleted", detail, "2026-11-26T00:00:00.000Z"]]);
  const told = await verifyJournal(source, { key, now, anchors: join(directory, "anchor") });
  expect([told.result, told.problems]).toEqual(["intact", []]);
  const tooSoon = { key, now, anchors: join(directory, "anchor"), minRetentionMs: 30 * 86_400_000 };
  expect((await verifyJournal(source, tooSoon)).problems).toMatchObject([{ verdict: "RETENTION_VIOLATION" }]);
});

test("each row is read once, also where forged lines have the places of a log on another day", async () => {
  await fill(world, logAt([["2026-11-23T10:00:00.000Z", 90]]));
  const forged = (await linesInTable(world))
    .get("2026-11-23")!
    .filter((_, seq) => seq === 10 || seq === 11 || seq > 60)
    .map((line) => line.replace('"recorded_at":"2026-11-23', '"recorded_at":"2026-11-24'));
  const refused = await world.as("app", (client) =>
    client.query("select * from openrouter_audit.entries_append($1::text[])", [forged]),
  );
  expect(refused.rows).toEqual([]);
  const snapshot = await source.snapshot();
  const seen: string[] = [];
  for (const day of snapshot.days) for await (const { line } of day.lines()) seen.push(String(line));
  await snapshot.close();
  const rows = await world.sql(`select line from ${one}`);
  expect(seen.sort()).toEqual(rows.map(({ line }) => line).sort());
  expect((await verifyJournal(source, { key, now })).result).toBe("tampered");
});

test("a forged line of a day that lies ahead takes its log out of no range", async () => {
  const until = new Date("2026-11-25T00:00:00Z");
  const log = logAt([["2026-11-23T10:00:00.000Z", 3]]);
  const [first] = log.get("2026-11-23")!;
  const ahead = first!.replace('"recorded_at":"2026-11-23', '"recorded_at":"9999-12-31');
  await fill(world, log);
  const others = [
    ...logAt([
      ["2026-11-24T10:00:00.000Z", 1],
      ["2026-11-27T10:00:00.000Z", 1],
    ]).values(),
  ].flat();
  const append = (lines: string[]) =>
    world.as("app", (client) => client.query("select openrouter_audit.entries_append($1::text[])", [lines]));
  await append(others);
  expect(await verifyJournal(source, { key, now, until })).toMatchObject({ result: "intact", entries: 7 });
  await append([ahead]);
  const { result, problems } = await verifyJournal(source, { key, now, until });
  expect([result, problems]).toMatchObject(["tampered", [{ verdict: "FORK", seq: 0 }]]);
});

test.each([
  [
    "a view in its place",
    `alter table ${one} rename to real; create view ${one} as select *, 0::oid as tableoid from openrouter_audit.real; grant select on ${one} to auditor`,
    `drop view ${one}; alter table openrouter_audit.real rename to entries`,
    /^Cannot vouch for postgres:.* not the table of the audit log, or was changed: it is not partitioned by range \(day\); its primary key/,
  ],
  [
    "no key, so that a place may be taken twice",
    `alter table ${one} drop constraint entries_pkey`,
    `alter table ${one} add primary key (day, log, seq)`,
    /^Cannot vouch for .*: its primary key must be \(day, log, seq\)\.$/,
  ],
  [
    "a policy that hides rows from searches",
    `alter table ${one} enable row level security; create policy mine on ${one} using (current_setting('transaction_isolation') = 'repeatable read')`,
    `alter table ${one} disable row level security; drop policy mine on ${one}`,
    /42501: query would be affected by row-level security policy/,
  ],
])("a table that has %s is not called intact", async (_, change, back, told) => {
  await fill(world, logAt([["2026-11-23T10:00:00.000Z", 3]]));
  await world.sql(change);
  await expect(verifyJournal(source, { key, now })).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
    message: expect.stringMatching(told),
  });
  await world.sql(back);
  expect((await verifyJournal(source, { key, now })).result).toBe("intact");
});

test("functions and operators that somebody put before those of Postgres are not called", async () => {
  await fill(world, logAt([["2026-11-23T10:00:00.000Z", 3]]));
  await world.sql(`
    create schema evil; grant usage on schema evil to public;
    create function evil.never(text, text) returns boolean language sql as 'select false';
    create operator evil.= (leftarg = text, rightarg = text, function = evil.never);
    alter role auditor set search_path = evil, pg_catalog`);
  const other = readPostgres({ connectionString: world.server.url({ user: "auditor" }) });
  expect(await verifyJournal(other, { key, now })).toMatchObject({ result: "intact", entries: 5 });
  await other.close!();
  await world.sql("alter role auditor reset search_path; drop schema evil cascade");
});

test("what is written while a verification reads is not seen in parts", async () => {
  const [first, ...rest] = [...logAt([["2026-11-23T10:00:00.000Z", 9]]).values()].flat();
  await empty(world);
  const append = (lines: string[]) =>
    world.sql("select openrouter_audit.entries_append($1::text[])", [lines]);
  await append([first!]);
  const snapshot = await source.snapshot();
  await append(rest);
  const seen: string[] = [];
  for (const day of snapshot.days) for await (const { line } of day.lines()) seen.push(String(line));
  await snapshot.close();
  expect(seen).toEqual([first]);
});
