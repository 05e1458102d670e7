import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { verifyJournal } from "@openrouter-audit/core";
import { type AnyEntry, arrival, openWorld, secret, until, type World } from "../support/audited-world.ts";
import { buildPackage } from "../support/build-package.ts";
import { answering, asked, outcome, unanswered, type Way, ways } from "./forms.ts";

// The process ends while calls are under way.

const unfinished = (http_status: number | null) => ({
  ...unanswered("unfinished_at_close", "unknown"),
  http_status,
});
/** Half an answer, and then nothing. */
const half = (way: Way) =>
  way.stream
    ? { ...answering([...way.half, ": more"]), stall: { afterChunks: way.half.length } }
    : { ...answering(way.whole), chunkBytes: 60, stall: { afterChunks: 1 } };

/** Makes a call whose answer does not come to its end. */
async function begin(world: World, way: Way): Promise<void> {
  const sent = world.audit.fetch(`${world.fake.url}${way.path}`, asked(way));
  sent.then((response) => response.text()).catch(() => undefined);
  await until(() => world.fake.requests.at(-1)?.ended === "stalled");
}

describe.each(ways)("$way", (way) => {
  test("a call that has no answer when the log is closed is unknown", async () => {
    const world = await openWorld();
    world.fake.next({ stall: "before_headers" });
    await begin(world, way);
    await world.audit.close();
    expect(world.entries().map(outcome)).toEqual([unfinished(null)]);
    expect(world.entries()[0]).toMatchObject({ prompt_hash: expect.any(String), generation_id: null });
  });

  test("a call that has half an answer is unknown, and keeps the half", async () => {
    const world = await openWorld();
    world.fake.next(half(way));
    await begin(world, way);
    await until(() => world.fake.requests[0]!.bytesSent > 0);
    await arrival();
    await world.audit.close();
    expect(world.entries().map(outcome)).toEqual([unfinished(200)]);
    expect(world.entries()[0]).toMatchObject({
      ...{ generation_id: "gen-1", response_hash: expect.any(String) },
      response_bytes: world.fake.requests[0]!.bytesSent,
    });
  });

  test("a call that has ended is what it was", async () => {
    const world = await openWorld();
    world.fake.next({ error: 402 });
    await (await world.audit.fetch(`${world.fake.url}${way.path}`, asked(way))).text();
    await world.audit.close();
    expect(world.entries()).toMatchObject([{ status: "error", error_code: 402 }]);
  });
});

describe("a service that closes its log on SIGTERM", () => {
  beforeAll(() => buildPackage("core"), 60_000);

  test("leaves an entry of every call it had under way, and a log that is closed", async () => {
    const world = await openWorld();
    await world.audit.close();
    const begun = (before: boolean) => (way: Way) => ({
      path: way.path,
      body: JSON.stringify({ ...way.question, stream: way.stream, user: before ? "before headers" : "half" }),
    });
    world.fake.script(({ body, path }) => {
      const { user, stream } = body as { user: string; stream: boolean };
      const way = ways.find((each) => path.endsWith(each.path) && each.stream === stream)!;
      return user === "half" ? half(way) : { stall: "before_headers" };
    });
    const calls = [...ways.map(begun(true)), ...ways.map(begun(false))];
    const given = { directory: world.directory, baseURL: world.fake.url, secret, calls };
    const script = fileURLToPath(new URL("service.mjs", import.meta.url));
    const service = spawn(process.execPath, [script, JSON.stringify(given)]);
    let read = "";
    service.stdout.on("data", (text) => {
      read += text;
    });
    await until(
      () => world.fake.requests.filter(({ ended }) => ended === "stalled").length === calls.length,
      20_000,
    );
    await until(() => read.length >= ways.length, 20_000);
    service.kill("SIGTERM");
    expect(await once(service, "exit")).toEqual([0, null]);

    const entries = world.entries();
    expect(entries.map(({ status, error_type }) => [status, error_type])).toEqual(
      calls.map(() => ["unknown", "unfinished_at_close"]),
    );
    for (const { eventType, stream } of ways) {
      const own = entries.filter(
        (entry: AnyEntry) => entry.event_type === eventType && entry.stream === stream,
      );
      expect(own.map(outcome)).toEqual(expect.arrayContaining([unfinished(null), unfinished(200)]));
      expect(own).toHaveLength(2);
    }
    expect(world.lastEntry()).toMatchObject({ event_type: "audit.closed", detail: { reason: "SIGTERM" } });
    const { result, logs } = await verifyJournal(world.directory);
    expect([result, logs.map(({ state }) => state)]).toEqual(["intact", ["closed", "closed"]]);
  }, 60_000);
});
