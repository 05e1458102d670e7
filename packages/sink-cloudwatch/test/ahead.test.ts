import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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

test("of a clock that was ahead for a moment, the entry is set aside, and those behind it are delivered", async () => {
  const { log, write, pass, idle, lines, delivery, directory } = await delivered();
  write(1, 30 * 86_400_000);
  write(5);
  await pass(60 * minuteMs, idle);
  expect(delivery.codes()).toEqual(["SINK_FAILING", "ENTRY_REJECTED"]);
  expect(await lines()).toEqual(log.lines.filter((_, index) => index !== 3));
  const [letters] = readdirSync(join(directory, "delivery")).filter((name) =>
    name.endsWith(".rejected.jsonl"),
  );
  const letter = JSON.parse(readFileSync(join(directory, "delivery", letters!), "utf8"));
  expect(letter).toMatchObject({
    reason: expect.stringMatching(/more than 2 hours ahead/),
    line: log.lines[3],
  });
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
  expect(delivery.codes()).toEqual(["SINK_FAILING"]);
  fake.clockMs = 0;
  // The reader's SDK has set its own clock by the place's.
  await lines().catch(() => null);
  expect(await lines()).toEqual(log.lines);
});
