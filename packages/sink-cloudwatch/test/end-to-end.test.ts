import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DescribeLogStreamsCommand, paginateGetLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { AuditLog, type AuditProblem, verifyJournal } from "@openrouter-audit/core";
import { transformSync } from "@swc/core";
import { cloudWatchSink } from "../src/index.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { ServiceError } from "./fake-cloudwatch/service-error.ts";
import { clientOf, logGroup, startFake } from "./support/cloud.ts";

const home = mkdtempSync(join(tmpdir(), "openrouter-audit-cloudwatch-"));
afterAll(() => rmSync(home, { recursive: true }));

const secret = "a secret that only this test knows, long enough";

test("a log is delivered through throttling, an outage and a restart: every line once in its stream, in order, and it verifies", async () => {
  const fake = await startFake();
  const client = clientOf(fake);
  const directory = join(home, "audit_logs");
  const problems: AuditProblem[] = [];
  const open = () =>
    new AuditLog({
      directory,
      secret,
      sinks: [cloudWatchSink({ logGroup, client })],
      onProblem: (problem) => problems.push(problem),
    });
  const record = (audit: AuditLog, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        audit.record({ event_type: "answer.approved", user_id: `${index}` }),
      ),
    );

  const first = open();
  await record(first, 20);
  await first.flush();
  fake.everyFault = new ServiceError("ThrottlingException", "Rate exceeded");
  await record(first, 20);
  await until(() => problems.length > 0);
  expect(problems).toMatchObject([
    { code: "SINK_FAILING", message: expect.stringContaining("ThrottlingException: Rate exceeded") },
  ]);
  fake.everyFault = "reset";
  await record(first, 20);
  expect(first.health().sinks[0]!.lastError).toMatch(/ThrottlingException|ECONNRESET/);
  fake.everyFault = undefined;
  // Goes on at once: flush does not wait for the next try.
  await first.flush();
  fake.everyFault = new ServiceError("ServiceUnavailableException", "Come again", 503);
  await record(first, 20);
  await first.close({ deliverMs: 0 });

  fake.everyFault = undefined;
  const second = open();
  await record(second, 20);
  await second.flush();
  await second.close();

  const written = readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").slice(0, -1));
  expect(written.length).toBeGreaterThan(100);
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: logGroup }));
  const perStream: string[] = [];
  for (const { logStreamName } of logStreams!) {
    const wanted = { logGroupName: logGroup, logStreamName: logStreamName!, startFromHead: true };
    const lines: string[] = [];
    for await (const { events } of paginateGetLogEvents({ client, stopOnSameToken: true }, wanted))
      lines.push(...events!.map(({ message }) => message!));
    const places = lines.map((line) => JSON.parse(line)).map(({ log, seq }) => ({ log, seq }));
    expect(new Set(places.map(({ log }) => log))).toEqual(new Set([logStreamName]));
    expect(new Set(places.map(({ seq }) => seq)).size).toBe(places.length);
    perStream.push(...lines);
  }
  expect(perStream.sort()).toEqual(written.sort());

  const restored = join(home, "from-cloudwatch.jsonl");
  await runExample(fake, restored);
  const key = readFileSync(join(directory, "public-key"), "utf8").trim();
  const { result, entries, problems: flaws } = await verifyJournal(restored, { key });
  expect([result, entries, flaws]).toEqual(["intact", written.length, []]);
});

/** What the README says of reading back, in a process of its own. */
async function runExample(fake: FakeCloudWatch, file: string): Promise<void> {
  const blocks = readFileSync(new URL("../README.md", import.meta.url), "utf8").matchAll(
    /^```ts\n(.*?)^```$/gms,
  );
  const [block] = [...blocks]
    .map(([, text]) => text!)
    .filter((text) => text.includes("async function restore"));
  const { code } = transformSync(block!.replace('"from-cloudwatch.jsonl"', JSON.stringify(file)), {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: fake.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
  };
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd, env });
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise(setImmediate);
}
