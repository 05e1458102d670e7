import { setTimeout as sleep } from "node:timers/promises";
import { arrival, openWorld, until } from "../support/audited-world.ts";
import {
  answered,
  answering,
  asked,
  noUsage,
  outcome,
  type Usage,
  unanswered,
  type Way,
  ways,
} from "./forms.ts";

// Callers who do not stay until the end.

const aborted = (usage: Usage = noUsage) => ({
  ...unanswered("AbortError", "aborted"),
  http_status: 200,
  usage,
});
/** All that a way's answer says before it says that it ends. */
const unended = (way: Way) =>
  way.stream
    ? answering([...way.half, ...way.usageSoFar, ": more"])
    : { ...answering(way.whole), chunkBytes: 60 };

describe.each(ways)("$way", (way) => {
  test("an abort before the headers", async () => {
    const world = await openWorld();
    world.fake.next({ stall: "before_headers" });
    const controller = new AbortController();
    const answer = world.audit.fetch(
      `${world.fake.url}${way.path}`,
      asked(way, { signal: controller.signal }),
    );
    void world.fake.received(1).then(() => controller.abort());
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    await until(() => world.fake.requests[0]!.clientClosed);
    expect(world.entries().map(outcome)).toEqual([unanswered("AbortError", "aborted")]);
    expect(world.lastEntry()).toMatchObject({
      generation_id: null,
      response_hash: null,
      response_bytes: null,
    });
  });

  test("an abort before anything is sent", async () => {
    const world = await openWorld();
    const init = asked(way, { signal: AbortSignal.abort() });
    await expect(world.audit.fetch(`${world.fake.url}${way.path}`, init)).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(world.entries().map(outcome)).toEqual([unanswered("AbortError", "aborted")]);
  });

  test("an abort on the way keeps the usage that was told", async () => {
    const world = await openWorld();
    world.fake.next({ ...unended(way), stall: { afterChunks: way.stream ? way.half.length + 1 : 2 } });
    const controller = new AbortController();
    const init = asked(way, { signal: controller.signal });
    const response = await world.audit.fetch(`${world.fake.url}${way.path}`, init);
    const text = response.text();
    await until(() => world.fake.requests[0]!.ended === "stalled");
    await arrival();
    controller.abort();
    await expect(text).rejects.toMatchObject({ name: "AbortError" });
    await until(() => world.entries().length === 1);
    expect(world.entries().map(outcome)).toEqual([aborted(way.stream ? way.usage : noUsage)]);
    expect(world.lastEntry()).toMatchObject({ generation_id: "gen-1", response_hash: expect.any(String) });
  });

  test("a body that is cancelled on the way", async () => {
    const world = await openWorld();
    world.fake.next({ ...unended(way), stall: { afterChunks: 1 } });
    const response = await world.audit.fetch(`${world.fake.url}${way.path}`, asked(way));
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await until(() => world.fake.requests[0]!.clientClosed);
    expect(world.entries().map(outcome)).toEqual([aborted()]);
  });

  test("an abort after the end changes nothing", async () => {
    const world = await openWorld();
    world.fake.next(answering(way.stream ? [...way.half, ...way.usageSoFar, ...way.end] : way.whole));
    const controller = new AbortController();
    const init = asked(way, { signal: controller.signal });
    await (await world.audit.fetch(`${world.fake.url}${way.path}`, init)).text();
    controller.abort();
    await sleep(20);
    expect(world.entries().map(outcome)).toEqual([answered(way.usage)]);
  });

  test("a body that is never read is recorded when the log is closed", async () => {
    const world = await openWorld();
    world.fake.next(answering(way.stream ? [...way.half, ...way.end] : way.whole));
    const response = await world.audit.fetch(`${world.fake.url}${way.path}`, asked(way));
    expect(world.entries()).toEqual([]);
    await world.audit.close();
    // Held until here: a response that is dropped may be collected, and is then recorded as aborted.
    expect(response.bodyUsed).toBe(false);
    expect(world.entries().map(outcome)).toEqual([
      { ...unanswered("unfinished_at_close", "unknown"), http_status: 200 },
    ]);
    expect(world.entries()[0]).toMatchObject({ generation_id: "gen-1", response_bytes: 0 });
  });
});

const streams = ways.filter(({ stream }) => stream);

test.each(streams)(
  "$way: an abort between the last event and the end of the body is no abort",
  async (way) => {
    const world = await openWorld();
    const events = [...way.half, ...way.usageSoFar, ...way.end];
    world.fake.next({ ...answering([...events, ": more"]), stall: { afterChunks: events.length } });
    const controller = new AbortController();
    const init = asked(way, { signal: controller.signal });
    const reader = (await world.audit.fetch(`${world.fake.url}${way.path}`, init)).body!.getReader();
    while (world.entries().length === 0) await reader.read();
    controller.abort();
    await expect(reader.read()).rejects.toMatchObject({ name: "AbortError" });
    expect(world.entries().map(outcome)).toEqual([answered(way.usage)]);
  },
);
