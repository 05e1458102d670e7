import type { Logging } from "@google-cloud/logging";
import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import fc from "fast-check";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { bytesOf, completed, requestBytesOf } from "./fake-google-logging/limits.ts";
import type { WriteRequest } from "./fake-google-logging/service.ts";
import { calm, sealed } from "./support/sealed.ts";
import { withFake } from "./support/with-fake.ts";

const world = withFake();

/** Cut as delivery cuts them. */
function batchesOf(entries: readonly AuditEntry[], limits = googleCloudSink().limits!): AuditEntry[][] {
  const batches: AuditEntry[][] = [[]];
  let room = limits.bytes!;
  for (const entry of entries) {
    const bytes = Buffer.byteLength(lineOf(entry));
    if (bytes > room || batches.at(-1)!.length >= limits.entries!) {
      batches.push([]);
      room = limits.bytes!;
    }
    batches.at(-1)!.push(entry);
    room -= bytes;
  }
  return batches;
}

/** Texts and lists that grow most on their way, up to some hundred kilobytes. */
const large = fc
  .tuple(fc.constantFrom("x", "ü", "世", "👋", "\u0000", '"', "\u{10ffff}"), fc.nat(80_000))
  .map(([character, count]) => character.repeat(count));
const digits = fc.nat(6000).map((count) => new Array<number>(count).fill(1));
const members = fc.record(
  {
    user_id: fc.option(fc.oneof(fc.string({ unit: "grapheme" }), large)),
    model: fc.option(fc.oneof(fc.string(), large)),
    method: fc.constantFrom("POST", "GET", null),
    endpoint: fc.option(fc.oneof(fc.string({ unit: "grapheme" }), large)),
    call_id: fc.option(fc.oneof(fc.uuid(), large)),
    http_status: fc.option(fc.integer({ min: 100, max: 599 })),
    latency_ms: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
    response_bytes: fc.option(fc.maxSafeNat()),
    event_type: fc.constantFrom("chat_completion", "call_refused", "audit.gap", "answer.approved"),
    status: fc.constantFrom("success", "error", "aborted", "unknown"),
    metadata: fc.oneof(
      fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 })),
      fc.record({ text: large }),
      fc.record({ digits }),
      fc.record({ lists: digits.map((list) => list.map(() => [[]])) }),
    ),
  },
  { requiredKeys: [] },
);

test("of any entries, each request is within all limits, nothing is cut by Google, and together they are the list", async () => {
  const labels = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`label-${index}`, "x".repeat(250)]),
  );
  const { client } = world;
  const sink = googleCloudSink({
    client,
    labels,
    resource: { type: "global", labels: { of: "y".repeat(8000) } },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(members, { minLength: 1, maxLength: 5 }), async (given) => {
      const entries = sealed(given as Partial<AuditEntry>[]).filter(
        (entry) => Buffer.byteLength(lineOf(entry)) <= sink.limits!.bytes!,
      );
      world.fake.reset();
      for (const batch of batchesOf(entries)) if (batch.length > 0) await sink.write(batch, calm());
      for (const request of world.fake.writes) {
        expect(requestBytesOf(request)).toBeLessThan(10_000_000);
        for (const entry of request.entries!) {
          const { labels: all, ...whole } = completed(entry, request);
          expect(bytesOf({ ...whole, labels: all! })).toBeLessThan(236 << 10);
          expect(Object.keys(all!)).toHaveLength(entry.labels!.user_id === undefined ? 63 : 64);
          for (const value of Object.values(all!)) expect(Buffer.byteLength(value)).toBeLessThan(64 << 10);
        }
      }
      expect(linesOf(await world.read())).toEqual(entries.map((entry) => lineOf(entry)));
    }),
    { numRuns: 8 },
  );
});

test("the most that delivery gives at once, of what grows most, is one request within the limits", async () => {
  const sent: WriteRequest[] = [];
  // What leaves the sink: to send it would take more time than it tells.
  const writeLogEntries = async (request: WriteRequest) => sent.push(request);
  const client = Object.assign(Object.create(world.client) as Logging, {
    loggingService: { writeLogEntries },
  });
  const lists = Array.from({ length: 140 }, () => ({
    metadata: { digits: new Array<number>(4000).fill(1) },
  }));
  const [batch] = batchesOf(sealed(lists as Partial<AuditEntry>[]));
  expect(batch!.length).toBeGreaterThan(100);
  await googleCloudSink({ client }).write(batch!, calm());
  expect(sent.map(({ entries }) => entries!.length)).toEqual([batch!.length]);
  const bytes = requestBytesOf(sent[0]!);
  expect(bytes).toBeGreaterThan(5_000_000);
  expect(bytes).toBeLessThan(10_000_000);
});
