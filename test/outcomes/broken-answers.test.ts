import { openWorld } from "../support/audited-world.ts";
import {
  answered,
  answering,
  call,
  forms,
  halfAnAnswer,
  noUsage,
  outcome,
  type Usage,
  ways,
} from "./forms.ts";
import { startServer } from "./servers.ts";

// Answers that arrive with HTTP 200 and are not whole.

const unfinished = (error_type: string, usage: Usage = noUsage) => ({
  ...{ status: "error", http_status: 200, error_code: null, error_type, response_complete: false, usage },
});

describe.each(forms)("a stream of $form that ends", (form) => {
  const { half, usageSoFar, end, usage } = form;
  test.each<[string, readonly (object | string)[], object]>([
    ["with its last event is whole", [...half, ...usageSoFar, ...end], answered(usage)],
    ["in its text is incomplete", half, unfinished("incomplete_answer")],
    [
      "after its usage is incomplete, and keeps that",
      [...half, ...usageSoFar],
      unfinished("incomplete_answer", usage),
    ],
    ["before it began is incomplete", [], unfinished("incomplete_answer")],
  ])("%s", async (_title, events, expected) => {
    const world = await openWorld();
    world.fake.next(answering(events));
    await call(world, { ...form, stream: true });
    expect(world.entries().map(outcome)).toEqual([expected]);
    const hash = events.length > 0 ? expect.any(String) : null;
    expect(world.lastEntry()).toMatchObject({ generation_id: "gen-1", response_hash: hash });
  });
});

test.each(forms)(
  "a stream of $form without its [DONE] or stop is whole when the model said that it ended",
  async (form) => {
    const world = await openWorld();
    const finish = form.end.slice(0, 1);
    world.fake.next(answering([...form.half, ...form.usageSoFar, ...finish]));
    await call(world, { ...form, stream: true });
    expect(world.entries().map(outcome)).toEqual([answered(form.usage)]);
  },
);

test("the usage that a message begins with is kept when the rest never came", async () => {
  const world = await openWorld();
  const begun = { type: "message_start", message: { usage: { input_tokens: 9, output_tokens: 1 } } };
  world.fake.next(answering([begun, ...forms[2]!.half.slice(1)]));
  await call(world, { ...forms[2]!, stream: true });
  expect(world.entries().map(outcome)).toEqual([unfinished("incomplete_answer", [9, null, null])]);
});

describe.each(ways)("$way", (way) => {
  const headers = `HTTP/1.1 200 OK\r\ncontent-type: ${way.stream ? "text/event-stream" : "application/json"}\r\nx-generation-id: gen-1\r\n`;

  test.each<[string, "end" | "reset", string]>([
    ["closed", "end", "UND_ERR_SOCKET"],
    ["reset", "reset", "ECONNRESET"],
  ])("an answer whose connection is %s on the way keeps what was seen", async (_how, how, error_type) => {
    const server = await startServer((socket) => {
      socket.write(`${headers}content-length: 5000\r\n\r\n${halfAnAnswer(way)}`);
      setTimeout(() => (how === "end" ? socket.end() : socket.resetAndDestroy()), 50);
    });
    const world = await openWorld({ audit: { baseURL: server.url } });
    await call({ ...world, fake: { ...world.fake, url: server.url } }, way);
    expect(world.entries().map(outcome)).toEqual([unfinished(error_type)]);
    expect(world.lastEntry()).toMatchObject({
      ...{ generation_id: "gen-1", response_hash: expect.any(String) },
      response_bytes: Buffer.byteLength(halfAnAnswer(way)),
    });
  });

  test("an answer that ends in order, and is not one, is incomplete", async () => {
    const world = await openWorld();
    world.fake.next({ raw: { headers: { "content-type": "text/html" }, body: "<h1>Hello</h1>" } });
    await call(world, way);
    expect(world.entries().map(outcome)).toEqual([unfinished("incomplete_answer")]);
  });
});
