import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditSink } from "@openrouter-audit/core";
import { deliveryFrom, WrittenLog } from "../../core/test/support/delivery-world.ts";
import { ManualClock } from "../../core/test/support/manual-clock.ts";
import { cloudWatchSink } from "../src/index.ts";
import { clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";

const home = mkdtempSync(join(tmpdir(), "openrouter-audit-ahead-"));
afterAll(() => rmSync(home, { recursive: true }));

const minuteMs = 60_000;

/** A journal that is delivered to CloudWatch; time passes only while no request is under way. */
async function delivered() {
  const fake = await startFake();
  const client = clientOf(fake);
  const directory = mkdtempSync(join(home, "journal-"));
  const file = join(directory, `audit_${new Date().toISOString().slice(0, 10)}.jsonl`);
  let writing = 0;
  const sink = cloudWatchSink({ logGroup, client });
  const counted: AuditSink = {
    ...sink,
    async write(batch, options) {
      writing += 1;
      await sink.write(batch, options).finally(() => {
        writing -= 1;
      });
    },
  };
  const log = new WrittenLog();
  const write = (count: number, aheadMs = 0) => log.write(file, count, new Date(Date.now() + aheadMs));
  write(3);
  const clock = new ManualClock();
  const delivery = deliveryFrom(directory, [counted], clock);
  const pass = async (ms: number, isOver = () => false) => {
    for (let passed = 0; passed < ms && !isOver(); passed += 1000) {
      await clock.pass(1000);
      while (writing > 0) await new Promise(setImmediate);
    }
  };
  const lines = () => readLines(client);
  const idle = () =>
    delivery.delivery.status().every(({ delivered, rejected }) => delivered + rejected === log.lines.length);
  await pass(10_000, idle);
  return { fake, log, write, pass, idle, lines, delivery, directory };
}

/** Of those that were set aside. */
function lettersIn(directory: string): { readonly reason: string; readonly line: string }[] {
  const text = readFileSync(join(directory, "delivery", "cloudwatch.rejected.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((letter) => JSON.parse(letter));
}

test("of a clock that was ahead for a moment, the entry is set aside, and those behind it are delivered", async () => {
  const { log, write, pass, idle, lines, delivery, directory } = await delivered();
  write(1, 20 * 60 * minuteMs);
  write(5);
  await pass(60 * minuteMs, idle);
  expect(delivery.codes()).toEqual(["SINK_FAILING", "ENTRY_REJECTED", "SINK_RECOVERED"]);
  expect(await lines()).toEqual(log.lines.filter((_, index) => index !== 3));
  const reason = expect.stringMatching(/more than 2 hours ahead/);
  expect(lettersIn(directory)).toEqual([expect.objectContaining({ reason, line: log.lines[3] })]);
});

test("of a clock that was years ahead, and is right again, all entries are set aside at once: nobody waits for years", async () => {
  const { log, write, pass, idle, lines, delivery, directory } = await delivered();
  // More than what delivery compares a poisonous entry with.
  write(70, 3650 * 24 * 60 * minuteMs);
  write(5);
  await pass(2 * minuteMs, idle);
  expect(delivery.codes()).toEqual(["ENTRY_REJECTED"]);
  expect(await lines()).toEqual(log.lines.filter((_, index) => index < 3 || index >= 73));
  const letters = lettersIn(directory);
  expect(letters.map(({ line }) => line)).toEqual(log.lines.slice(3, 73));
  expect(letters[0]!.reason).toMatch(/is more than a day ahead of the clock of this host/);
});

test("of a clock that is ahead, entries wait until their time has come, and none is set aside", async () => {
  const { fake, log, write, pass, idle, lines, delivery } = await delivered();
  for (const more of [0, 1, 2]) write(2, 3 * 60 * minuteMs + more);
  await pass(15 * minuteMs, idle);
  expect(delivery.codes()).toEqual(["SINK_FAILING"]);
  expect(await lines()).toEqual(log.lines.slice(0, 3));
  fake.clockMs = 61 * minuteMs;
  await pass(10 * minuteMs, idle);
  expect(delivery.recovered).toEqual(["cloudwatch"]);
  expect(delivery.codes()).toEqual(["SINK_FAILING", "SINK_RECOVERED"]);
  fake.clockMs = 0;
  // The reader's SDK has set its own clock by the place's.
  await lines().catch(() => null);
  expect(await lines()).toEqual(log.lines);
});
