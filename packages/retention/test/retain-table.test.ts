import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import { addHold, approveDeletion, releaseHold } from "@openrouter-audit/retention";
import { type DaysBefore, type RetainTableOptions, retainTable } from "@openrouter-audit/retention/postgres";
import { dropExactly, readPostgres } from "@openrouter-audit/sink-postgres";
import { secret } from "../../core/test/support/journals.ts";
import { filed, tamper } from "../../sink-postgres/test/support/filled-table.ts";
import { type Clock, logAt } from "../../sink-postgres/test/support/sealed-days.ts";
import { World } from "../../sink-postgres/test/support/world.ts";

const root = rootKeyFor("nowhere", { env: { OPENROUTER_AUDIT_SECRET: secret } });
const bob = { id: "bob" };
const now = () => new Date("2026-11-26T00:00:00.000Z");

let world: World;
let source: ReturnType<typeof readPostgres>;
let anchors: string;
beforeAll(async () => {
  world = await World.start();
  source = readPostgres({ connectionString: world.server.url({ user: "auditor" }) });
}, 60_000);
afterAll(async () => {
  await source.close!();
  await world.stop();
});
beforeEach(() => {
  anchors = join(mkdtempSync(join(tmpdir(), "openrouter-audit-table-")), "anchor");
});
afterEach(() => rmSync(join(anchors, ".."), { recursive: true }));

/** The table with such logs alone. The days are long over, by the clock of the server too. */
async function filledWith(...clocks: Clock[]): Promise<void> {
  for (const { name } of await partitions()) await world.sql(`drop table ${name}`);
  await deliver(clocks.flatMap((clock) => [...logAt(clock).values()].flat()));
}
const deliver = (lines: readonly string[]) =>
  world.as("app", (client) => client.query("select openrouter_audit.entries_append($1::text[])", [lines]));
const partitions = () =>
  world.sql<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'openrouter_audit.entries'::regclass order by 1",
  );
const days = async () =>
  (await partitions()).map(({ name }) => name.slice(-8).replace(/(....)(..)(..)/, "$1-$2-$3"));
const run = ({ before, ...more }: Partial<RetainTableOptions & DaysBefore> = {}, deleteAfter = "90d") =>
  retainTable(before === undefined ? { deleteAfter, archiveAfter: null } : { before }, {
    connectionString: world.server.url(),
    anchors,
    root,
    person: bob,
    now,
    ...more,
  });
const verdict = async (more = {}) => {
  const { result, problems } = await verifyJournal(source, { key: root.vkey, anchors, now: now(), ...more });
  return [result, ...problems.map((each) => each.verdict)];
};
const notes = async () => (await anchoredHeads(anchors, [verifierOf(root.vkey)!])).notes;
const at = (day: string, entries = 3): Clock[number] => [`${day}T10:00:00.000Z`, entries];

const long: Clock = [at("2025-06-01"), at("2025-06-02"), at("2025-11-01")];
const short: Clock = [at("2025-06-01", 2)];

test("days that are old enough go, each behind its tombstone, and what is left verifies", async () => {
  await filledWith(long, short, [at("2025-06-02")]);
  const plan = await run({ dryRun: true }, "365d");
  expect(plan.days.map(({ file, action }) => [file, action])).toEqual([
    ["2025-06-01", "delete"],
    ["2025-06-02", "delete"],
    ["2025-11-01", "delete"],
  ]);
  expect([await days(), plan.dropped]).toEqual([["2025-06-01", "2025-06-02", "2025-11-01"], []]);
  const dropped: string[] = [];
  const done = await run({ onDropped: ({ file }) => dropped.push(file), before: "2025-07-01" });
  expect(done).toMatchObject({ result: "intact", stopped: null, dropped: ["2025-06-01", "2025-06-02"] });
  expect([dropped, await days()]).toEqual([done.dropped, ["2025-11-01"]]);
  expect(await verdict()).toEqual(["intact"]);
  // Without the tombstones it is what it looks like.
  expect((await verdict({ anchors: null }))[0]).toBe("tampered");
  const found = await notes();
  expect(
    found.map(({ user_id, detail }) => [user_id, (detail!.files as { file: string }[])[0]!.file]),
  ).toEqual([
    ["bob", "2025-06-01"],
    ["bob", "2025-06-02"],
  ]);
  expect(found[0]!.detail).toMatchObject({
    policy: { before: "2025-07-01" },
    table: source.name.replace("auditor", "postgres"),
  });
  expect(JSON.stringify(found)).not.toContain(world.server.password);
  // Somebody takes the rest, and no tombstone says so.
  await tamper(world, "delete from openrouter_audit.entries where seq = 7");
  expect((await verdict())[0]).toBe("tampered");
  expect((await run()).stopped).toContain("tampered with");
  expect(await days()).toEqual(["2025-11-01"]);
});

test("a held day stays, with the later days of its logs, and goes after the release", async () => {
  await filledWith(
    [at("2025-06-01", 2)],
    [at("2025-06-01", 1), at("2025-06-02", 1), at("2025-06-03", 0)],
    [at("2025-06-03", 1)],
  );
  const { hold } = await addHold(anchors, {
    since: new Date("2025-06-02"),
    until: new Date("2025-06-03"),
    reason: "Case 17",
    person: { id: "carol" },
    newLog: true,
    anchors,
    root,
    now,
  });
  const held = await run();
  expect(held.dropped).toEqual(["2025-06-01"]);
  expect(held.days.map(({ because }) => because[0] ?? null)).toEqual([
    null,
    expect.stringContaining(`legal hold ${hold}`),
    expect.stringContaining("stay, of 2025-06-02: a log is cut from its beginning"),
  ]);
  expect(await verdict()).toEqual(["intact"]);
  await releaseHold(anchors, hold, { reason: "Settled", person: bob, anchors, root, now });
  expect((await run({ before: "2025-06-03" })).dropped).toEqual(["2025-06-02"]);
  expect(await verdict()).toEqual(["intact"]);
});

test("a run that was cut short between tombstone and drop is finished by the next, without a second tombstone", async () => {
  await filledWith(long);
  const busy = await world.as("auditor", async (client) => {
    await client.query("begin; select count(*) from openrouter_audit.entries where day = '2025-06-01'");
    await world.sql("alter function openrouter_audit.entries_drop_day(date) set lock_timeout = '50ms'");
    return run({ before: "2025-07-01" }).catch((error: unknown) => error);
  });
  await world.sql("alter function openrouter_audit.entries_drop_day(date) set lock_timeout = '10s'");
  expect(busy).toMatchObject({ code: "SINK_UNAVAILABLE" });
  expect([(await days()).length, (await notes()).length, await verdict()]).toEqual([3, 1, ["intact"]]);
  expect((await run({ before: "2025-07-01" })).dropped).toEqual(["2025-06-01", "2025-06-02"]);
  expect([(await notes()).length, await verdict()]).toEqual([2, ["intact"]]);
});

test("days that a clock set back has mixed go together", async () => {
  await filledWith([at("2025-06-02", 2), at("2025-06-01", 2), at("2025-06-03", 1)]);
  expect(await verdict({ anchors: null })).toEqual(["intact"]);
  expect((await run({ before: "2025-06-02" })).dropped).toEqual([]);
  const done = await run({ before: "2025-06-03" });
  expect([done.dropped, await days()]).toEqual([["2025-06-02"], ["2025-06-03"]]);
  expect(await verdict()).toEqual(["intact"]);
});

test("what was deleted of the table alone does not excuse that files are gone", async () => {
  const log = logAt(long);
  await filledWith();
  await deliver([...log.values()].flat());
  expect((await run({ before: "2025-07-01" })).dropped).toHaveLength(2);
  expect(await verdict()).toEqual(["intact"]);
  const verdictOf = async (lines: ReadonlyMap<string, readonly string[]>) =>
    (await verifyJournal(filed(lines), { key: root.vkey, anchors, now: now() })).result;
  expect(await verdictOf(log)).toBe("intact");
  log.delete("2025-06-01");
  expect(await verdictOf(log)).toBe("tampered");
});

test("where a second person must approve, nothing goes without", async () => {
  await filledWith(long);
  const plan = (await run({ dryRun: true, before: "2025-06-02" })).doomed;
  const options = { secondApprover: true, before: "2025-06-02" };
  expect(await run(options)).toMatchObject({
    dropped: [],
    notApproved: expect.stringContaining("openrouter-audit postgres approve --plan"),
  });
  // The same days of another table.
  const others = plan.map((day) => ({ ...day, table: "postgres://elsewhere/audit" }));
  await approveDeletion(anchors, { files: others, person: { id: "alice" }, anchors, root, now });
  expect((await run(options)).notApproved).toContain("another plan");
  await approveDeletion(anchors, { files: plan, person: bob, anchors, root, now });
  expect((await run(options)).notApproved).toContain("bob, who wants to delete, is the only one");
  expect(await days()).toHaveLength(3);
  await approveDeletion(anchors, { files: plan, person: { id: "alice" }, anchors, root, now });
  // A day more is due by then.
  const done = await run({ secondApprover: true, before: "2025-07-01" });
  expect(done).toMatchObject({ dropped: ["2025-06-01"], approval: { by: "alice" } });
  expect(done.notApproved).toContain("Not all was deleted");
  expect((await notes()).at(-1)!.detail).toMatchObject({ approved_by: { user_id: "alice" } });
  expect(await days()).toHaveLength(2);
});

test("a day that has other lines than were looked at is not dropped, nor are those with it", async () => {
  await filledWith(long);
  const drop = (lines: number) =>
    world.asOwner((client) => dropExactly(client, { days: ["2025-06-01", "2025-06-02"], lines }));
  await expect(drop(6)).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringContaining("had 6 lines and has 7 now"),
  });
  expect(await days()).toHaveLength(3);
  await world.as("auditor", async (client) => {
    const refused = dropExactly(client, { days: ["2025-06-01"], lines: 4 });
    await expect(refused).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  });
  await drop(7);
  expect(await days()).toEqual(["2025-11-01"]);
});

test.each(["tomorrow", "9", "2026-11-27", "2026-02-30", ""])(
  "%j is no day before which days go",
  async (before) => {
    await expect(run({ before })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  },
);

test("by a day, no period is put aside without a word", async () => {
  const place = { connectionString: world.server.url(), anchors, root, person: bob, now };
  const both = { before: "2025-07-01", minimum: "7y" };
  await expect(retainTable(both, place)).rejects.toThrow('no option "minimum"');
});
