import { createHash } from "node:crypto";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type AuditSink, lineOf } from "@openrouter-audit/core";
import { describeSink, type Wire } from "@openrouter-audit/testing/sink";
import { cloudWatchSink } from "../src/index.ts";
import { clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";

let client: CloudWatchLogsClient;
let reader: CloudWatchLogsClient;
let through: Wire;
// What the journal has: a pointer leads there.
const journal = new Map<string, string>();

beforeAll(async () => {
  const fake = await startFake();
  client = clientOf(fake, { wire: (send, options) => through(send, options) });
  reader = clientOf(fake);
});

function noted(sink: AuditSink): AuditSink {
  return {
    ...sink,
    write(batch, options) {
      for (const entry of batch) journal.set(entry.id, lineOf(entry));
      return sink.write(batch, options);
    },
  };
}

/** The line that a pointer leads to. */
function followed(message: string): string {
  const { id, pointer } = JSON.parse(message);
  if (!pointer) return message;
  const line = journal.get(id)!;
  expect(createHash("sha256").update(line).digest("hex")).toBe(pointer.line_sha256);
  return line;
}

describeSink("cloudwatch", {
  open: (wire) => {
    through = wire;
    // CloudWatch takes every line; of what it never takes, an empty text is the only one that can be had by its content.
    const format = (entry: Parameters<typeof lineOf>[0]) => (entry.metadata?.empty ? "" : lineOf(entry));
    return noted(cloudWatchSink({ logGroup, client, format }));
  },
  readBack: async ({ log }) => (await readLines(reader, log)).map(followed),
  faults: true,
  reject: { empty: true },
});
