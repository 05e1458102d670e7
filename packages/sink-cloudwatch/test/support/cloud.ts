import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import type { AuditEntry } from "@openrouter-audit/core";
import type { Wire } from "@openrouter-audit/testing/sink";
import { FakeCloudWatch } from "../fake-cloudwatch/fake-cloud-watch.ts";

export const logGroup = "/llm/audit";
const open: (FakeCloudWatch | CloudWatchLogsClient)[] = [];

/** A fake that is closed when the test file ends, which must not have been asked anything that the SDK's model does not have. */
export async function startFake(): Promise<FakeCloudWatch> {
  const fake = await FakeCloudWatch.start();
  open.push(fake);
  return fake;
}

afterAll(async () => {
  for (const each of open) {
    if (each instanceof CloudWatchLogsClient) each.destroy();
    else {
      expect(each.flaws).toEqual([]);
      await each.close();
    }
  }
});

interface ClientOptions {
  readonly credentials?: FakeCloudWatch["credentials"];
  readonly endpoint?: string;
  readonly wire?: Wire;
}

/** The SDK's client for a fake, which tries nothing again; what it sends may go through a wire. */
export function clientOf(
  fake: FakeCloudWatch,
  { credentials = fake.credentials, endpoint = fake.url, wire }: ClientOptions = {},
): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient({
    region: "eu-central-1",
    endpoint,
    credentials,
    maxAttempts: 1,
  });
  open.push(client);
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler);
  handler.handle = (request, options) => {
    const { abortSignal } = options ?? {};
    const send = () => handle(request, options).catch(ofThisRealm);
    return wire ? wire(send, abortSignal ? { signal: abortSignal as AbortSignal } : {}) : send();
  };
  return client;
}

/** Node's own errors are none of those that a test under jest knows: the SDK would put them into others, without their code. */
function ofThisRealm({ name, message, ...more }: Error): never {
  throw Object.assign(new Error(message), { name }, more);
}

/** What is read of streams: each line once, those of a log in the order of their `seq`. */
export async function readLines(
  client: CloudWatchLogsClient,
  logStreamNamePrefix?: string,
): Promise<string[]> {
  const lines = new Map<string, { readonly entry: AuditEntry; readonly line: string }>();
  const wanted = { logGroupName: logGroup, ...(logStreamNamePrefix ? { logStreamNamePrefix } : {}) };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, wanted)) {
    for (const { message } of events) {
      const entry = JSON.parse(message!) as AuditEntry;
      lines.set(`${entry.log} ${entry.seq}`, { entry, line: message! });
    }
  }
  return [...lines.values()]
    .sort((a, b) =>
      a.entry.log === b.entry.log ? a.entry.seq - b.entry.seq : a.entry.log < b.entry.log ? -1 : 1,
    )
    .map(({ line }) => line);
}

/** A signal that nobody aborts. */
export const calm = () => ({ signal: new AbortController().signal });
