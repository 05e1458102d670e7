import { createHash } from "node:crypto";
import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import { cloudWatchSink } from "../src/index.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { calm, clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";
import { SealedLog } from "./support/sealed.ts";

let fake: FakeCloudWatch;
beforeAll(async () => {
  fake = await startFake();
});
afterEach(() => {
  fake.region.eventBytes = 1_048_576;
});

async function kept(
  entries: readonly AuditEntry[],
  options: { maxEventBytes?: number; format?: () => string } = {},
) {
  fake.groups.deleteGroup(logGroup);
  const client = clientOf(fake);
  await cloudWatchSink({ logGroup, client, ...options }).write(entries, calm());
  return (await readLines(client)).map((line) => JSON.parse(line));
}

/** An entry whose line has so many bytes. */
function entryOf(bytes: number): AuditEntry {
  const log = new SealedLog();
  const [empty] = log.add(Date.now(), { text: "" });
  return log.add(Date.now(), { text: "x".repeat(bytes - Buffer.byteLength(lineOf(empty!))) })[0]!;
}

test("a line of 1,048,550 bytes is kept, and of one more there is a pointer in its place", async () => {
  const [fits, large] = [entryOf(1_048_550), entryOf(1_048_551)];
  expect(Buffer.byteLength(lineOf(fits))).toBe(1_048_550);
  const [a] = await kept([fits]);
  expect(lineOf(a)).toBe(lineOf(fits));
  const [b] = await kept([large]);
  const { id, log, seq, recorded_at, chain_hash, signature, status, event_type, prompt_hash, cost_usd } =
    large;
  expect(b).toMatchObject({
    id,
    log,
    seq,
    recorded_at,
    chain_hash,
    signature,
    status,
    event_type,
    prompt_hash,
    cost_usd,
  });
  expect(b.metadata).toBeUndefined();
  expect(b.pointer).toEqual({
    event_bytes: 1_048_577,
    file: `audit_${recorded_at.slice(0, 10)}*.jsonl*`,
    line_bytes: 1_048_551,
    line_sha256: createHash("sha256").update(lineOf(large)).digest("hex"),
  });
});

test("where the region takes less, maxEventBytes says so", async () => {
  fake.region.eventBytes = 262_144;
  const [fits, large] = [entryOf(262_118), entryOf(262_119)];
  const found = await kept([fits, large], { maxEventBytes: 262_144 });
  expect(found.map(({ pointer }) => pointer?.line_bytes)).toEqual([undefined, 262_119]);
});

test("what a format makes too large has a pointer to the line", async () => {
  const entry = entryOf(4000);
  const [found] = await kept([entry], { format: () => "x".repeat(2_000_000) });
  expect(found.pointer).toMatchObject({ event_bytes: 2_000_026, line_bytes: 4000 });
});

test("texts that are long are left to the line, so that a pointer is always small", async () => {
  const entry = { ...entryOf(1_200_000), error_message: "世".repeat(5_000), model: "m".repeat(256) };
  const [found] = await kept([entry]);
  expect(found.error_message).toBeUndefined();
  expect(found.model).toBe(entry.model);
});

test("an entry that is none of ours, with more short members than fit, is set aside", async () => {
  const members = Object.fromEntries(
    Array.from({ length: 9000 }, (_, index) => [`member${index}`, "x".repeat(200)]),
  );
  await expect(kept([{ ...entryOf(4000), ...members }])).rejects.toMatchObject({
    name: "EntriesRejected",
    rejected: [{ reason: expect.stringMatching(/^it is too large, and so is a pointer to it: \d+ bytes$/) }],
  });
});
