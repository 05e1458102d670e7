import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { v5 as uuidv5, v7 as uuidv7 } from "uuid";
import { buildPackage } from "../../../test/support/build-package.ts";
import { type AuditEntry, findOrphans, type Orphan, readJournal, verifyJournal } from "../src/index.ts";
import { Ahead, silentServer } from "./support/ahead.ts";
import { entriesIn, newDirectory, openLog } from "./support/journals.ts";
import { journalWith, StartedLog } from "./support/started-log.ts";

import.meta.jest.setTimeout(60_000);
beforeAll(() => buildPackage("core"));

let server: Awaited<ReturnType<typeof silentServer>>;
beforeAll(async () => {
  server = await silentServer();
});
afterAll(() => server.close());

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Not in time: ${condition}`);
    await sleep(5);
  }
}

async function orphansOf(directory: string): Promise<Orphan[]> {
  const orphans: Orphan[] = [];
  for await (const orphan of findOrphans(directory)) orphans.push(orphan);
  return orphans;
}

async function read(directory: string, filter = {}): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readJournal(directory, filter)) entries.push(entry);
  return entries;
}

const isUnknown = ({ error_type }: { error_type: string | null }) => error_type === "process_ended";
const written = (directory: string) => entriesIn(directory, { skipTorn: true }).filter(isUnknown).length;

/** A journal whose only writer was killed while its calls were under way. */
async function killedWith(calls: number, options = {}) {
  const directory = newDirectory();
  const before = server.seen();
  const killed = new Ahead(directory, server.url, calls, options);
  await until(() => server.seen() === before + calls);
  const running = await orphansOf(directory);
  await killed.kill();
  return { directory, running };
}

test("calls of a killed process are seen at once, and the next process writes each down as unknown", async () => {
  const { directory, running } = await killedWith(3);
  expect(running.map(({ state }) => state)).toEqual(["running", "running", "running"]);
  const orphans = await orphansOf(directory);
  expect(orphans.map(({ state }) => state)).toEqual(["orphaned", "orphaned", "orphaned"]);
  expect(orphans.map(({ start }) => start)).toEqual(running.map(({ start }) => start));

  const next = new Ahead(directory, server.url, 0);
  await until(async () => (await orphansOf(directory)).length === 0);
  await next.end();
  const unknown = await read(directory);
  expect(unknown).toHaveLength(3);
  for (const { start } of orphans) {
    const end = unknown.find(({ exchange_id }) => exchange_id === start.exchange_id)!;
    const { id, log, seq, recorded_at, chain_hash, signature, ...rest } = end;
    expect(rest).toEqual({
      ...Object.fromEntries(Object.keys(rest).map((name) => [name, start[name as keyof AuditEntry]])),
      event_type: "chat_completion",
      status: "unknown",
      error_type: "process_ended",
      detail: null,
      prompt_tokens: null,
      completion_tokens: null,
      total_tokens: null,
    });
    expect(id).toBe(uuidv5("unknown", start.id));
    expect(log).not.toBe(start.log);
  }
  const { problems } = await verifyJournal(directory);
  expect(problems.filter(({ result }) => result === "tampered")).toEqual([]);

  const again = new Ahead(directory, server.url, 0);
  await again.open;
  await again.end();
  expect(written(directory)).toBe(3);
});

test("two processes that begin at once write one unknown for each orphan, as readers see it", async () => {
  const { directory } = await killedWith(20);
  const starters = [new Ahead(directory, server.url, 0), new Ahead(directory, server.url, 0)];
  await until(async () => (await orphansOf(directory)).length === 0);
  for (const starter of starters) await starter.end();
  expect((await read(directory)).map(({ exchange_id }) => exchange_id).sort()).toEqual(
    (await read(directory, { eventType: "call_started" })).map(({ exchange_id }) => exchange_id).sort(),
  );
  const ids = entriesIn(directory)
    .filter(isUnknown)
    .map(({ id }) => id);
  expect(new Set(ids).size).toBe(20);
});

test("what a process that was killed meanwhile left undone the next one does", async () => {
  const { directory } = await killedWith(400);
  const first = new Ahead(directory, server.url, 0);
  await until(() => written(directory) > 0);
  await first.kill();
  const second = new Ahead(directory, server.url, 0);
  await until(async () => (await orphansOf(directory)).length === 0);
  await second.end();
  expect(await read(directory)).toHaveLength(400);
  expect((await verifyJournal(directory)).problems.filter(({ result }) => result === "tampered")).toEqual([]);
});

test("a process that goes on looks again, and ends the calls of one that was killed beside it", async () => {
  const directory = newDirectory();
  const before = server.seen();
  const beside = new Ahead(directory, server.url, 2);
  await until(() => server.seen() === before + 2);
  const going = new Ahead(directory, server.url, 0, { heartbeatMs: 1000, guarantee: "recorded" });
  await going.open;
  expect((await orphansOf(directory)).map(({ state }) => state)).toEqual(["running", "running"]);
  await beside.kill();
  await until(async () => (await orphansOf(directory)).length === 0);
  await going.end();
  expect((await read(directory)).map(({ error_type }) => error_type)).toEqual([
    "process_ended",
    "process_ended",
  ]);
});

test("close() leaves no orphans", async () => {
  const directory = newDirectory();
  const before = server.seen();
  const closing = new Ahead(directory, server.url, 5);
  await until(() => server.seen() === before + 5);
  await closing.end();
  expect(await orphansOf(directory)).toEqual([]);
  expect((await read(directory)).map(({ error_type }) => error_type)).toEqual(
    Array(5).fill("unfinished_at_close"),
  );
});

test("a process killed without starts leaves nothing to be ended", async () => {
  const { directory } = await killedWith(2, { guarantee: "recorded" });
  const next = new Ahead(directory, server.url, 0);
  await next.open;
  await next.end();
  expect(await read(directory, { system: false })).toEqual([]);
});

test("a journal that cannot be read is told of, and looked at again; logs that may go on are left alone", async () => {
  const now = new Date();
  const [over, going] = [new StartedLog(), new StartedLog()];
  const [ended, open] = [uuidv7(), uuidv7()];
  const old = new Date(now.getTime() - 10 * 60_000);
  const day = (at: Date) => `audit_${at.toISOString().slice(0, 10)}.jsonl`;
  const directory = journalWith({
    [day(now)]: [over.opened(old), over.start(ended, old), going.opened(now), going.start(open, now)],
  });
  const damaged = join(directory, `${day(new Date(now.getTime() + 86_400_000))}.gz`);
  writeFileSync(damaged, "no archive");
  const { log, problems } = openLog(directory, { heartbeatMs: 1000 });
  await until(() => problems.length > 0);
  expect(problems).toEqual([
    expect.objectContaining({ code: "ORPHANS_UNSETTLED", message: expect.stringContaining(damaged) }),
  ]);
  rmSync(damaged);
  await until(() => written(directory) > 0);
  await log.close();
  expect((await read(directory)).map(({ exchange_id }) => exchange_id)).toEqual([ended]);
  expect((await orphansOf(directory)).map(({ state }) => state)).toEqual(["running"]);
});
