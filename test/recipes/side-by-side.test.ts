import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { AuditError } from "@openrouter-audit/core";
import type { Behaviour } from "@openrouter-audit/testing";
import { openWorld, until } from "../support/audited-world.ts";
import { everyClient } from "../support/every-client.ts";

/** The rows of the page's last table, without the marks of code. */
const rows = readFileSync("docs/clients.md", "utf8")
  .split(/^\| -+.*\n/m)
  .at(-1)!
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.replaceAll("`", "").split("|").slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()));

let abortedInProcess: Record<string, unknown>;
beforeAll(async () => {
  const flags = ["--conditions=@openrouter-audit/source", "--import", "./test/support/run-typescript.mjs"];
  const { stdout } = await promisify(execFile)("node", [...flags, "test/recipes/abort-every-client.ts"]);
  abortedInProcess = JSON.parse(stdout);
});

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };
beforeEach(() => {
  // LangChain alone would wait two minutes between its attempts.
  const hasty = (work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    real.setTimeout(work, ms / 100, ...given);
  globalThis.setTimeout = hasty as never;
});
afterEach(() => Object.assign(globalThis, real));

const never = () => new AbortController().signal;
const stalling: Behaviour = { text: "one two three four", stall: { afterChunks: 4 } };
const tooOften: Behaviour = { error: { name: 429, retryAfterSeconds: 0.01 } };
const broken: Behaviour = { error: 500, headers: { "retry-after-ms": "1" } };

test("the page speaks of every client", () => {
  expect(rows.map(([name]) => name)).toEqual(Object.keys(everyClient));
});

describe.each(rows)("%s", (name, limited, failed, aborted, left, refused) => {
  const open = async (behaviours: Behaviour[], policy?: () => string) => {
    const world = await openWorld({ audit: policy ? { policy } : {} });
    world.fake.script(behaviours);
    return { ...world, client: everyClient[name!]!(world) };
  };
  const attempts = (count: number) => (count === 1 ? "1 attempt" : `${count} attempts`);

  test.each([
    ["a 429", tooOften, limited],
    ["a 500", broken, failed],
  ])("%s", async (_title, behaviour, expected) => {
    const { client, entries, fake } = await open([...Array(9).fill(behaviour), {}]);
    await client.whole(never()).catch(() => undefined);
    const found = entries();
    expect(found).toHaveLength(fake.requests.length);
    expect(found.map(({ attempt }) => attempt)).toEqual(found.map((_, index) => index + 1));
    expect(new Set(found.map(({ call_id }) => call_id)).size).toBe(1);
    expect(found.length === 10 ? "up to an hour" : attempts(found.length)).toBe(expected);
  });

  test("a signal aborts a stream", () => {
    const entry = { status: "aborted", response_complete: false, user_id: null };
    expect(abortedInProcess[name!]).toEqual({ ended: aborted, entries: [entry] });
  });

  test("the loop over a stream is left", async () => {
    const { client, entries, fake, audit } = await open([stalling]);
    for await (const _ of await client.stream(never())) break;
    await until(() => fake.requests[0]!.clientClosed, 1_000).catch(() => undefined);
    const { clientClosed } = fake.requests[0]!;
    expect(clientClosed ? "stopped upstream" : "goes on").toBe(left);
    await audit.close();
    expect(entries().map(({ status }) => status)).toEqual([clientClosed ? "aborted" : "unknown"]);
  });

  test("the policy refuses", async () => {
    const { client, entries, fake } = await open([], () => "Not today.");
    const error = await client.whole(never()).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error instanceof AuditError ? error : error!.cause).toMatchObject({ code: "CALL_REFUSED" });
    const found = entries();
    expect(`${error!.constructor.name}, ${attempts(found.length)}`).toBe(refused);
    expect(found.every(({ event_type }) => event_type === "call_refused")).toBe(true);
    expect(fake.requests).toEqual([]);
  });
});

test("the hour of @openrouter/sdk is the one in its source", () => {
  const source = readFileSync("node_modules/@openrouter/sdk/esm/funcs/chatSend.js", "utf8");
  expect(source).toContain("maxElapsedTime: 3600000");
});
