import { AuditError, verifyJournal } from "@openrouter-audit/core";
import OpenAI from "openai";
import { key, openWorld, until, type World } from "../support/audited-world.ts";
import { breakJournal, canBreakJournal } from "../support/break-journal.ts";
import { chatClients } from "../support/chat-clients.ts";
import { hello } from "../support/hello.ts";
import { asking } from "../support/same-with-audit.ts";

const testBroken = canBreakJournal ? test : test.skip;
const text = "one two three four five six";
const unwritable = { name: "AuditError", code: "JOURNAL_UNWRITABLE" };
const signal = new AbortController().signal;

/** Mends the journal and waits until it has been taken up again. */
async function recovered({ problems }: World, mend: () => void): Promise<void> {
  mend();
  await until(() => problems.some(({ code }) => code === "JOURNAL_RECOVERED"), 15_000);
}

describe.each(chatClients)("$name", (client) => {
  testBroken("a stream under way ends in the typed error, and is recorded later", async () => {
    const world = await openWorld();
    const { fake, audit } = world;
    fake.next({ text, chunkDelayMs: 5 });
    const pieces: unknown[] = [];
    let mend = () => {};
    const read = async () => {
      const call = { fetch: audit.fetch, origin: fake.origin, body: hello, signal };
      for await (const piece of await client.stream(call)) {
        if (pieces.push(piece) === 1) mend = breakJournal(world.directory);
      }
    };
    await expect(read()).rejects.toMatchObject(unwritable);
    // Everything but the last event, which would have told that all was well.
    expect(JSON.stringify(pieces)).toContain("six");
    expect(JSON.stringify(pieces)).not.toContain("[DONE]");
    await recovered(world, mend);
    expect(world.entries()).toEqual([
      expect.objectContaining({ status: "success", generation_id: fake.requests[0]!.generationId }),
    ]);
  });

  testBroken("an answer under way ends in the typed error, and is recorded later", async () => {
    const world = await openWorld();
    const { fake, audit, directory } = world;
    let mend = () => {};
    fake.script(() => {
      mend = breakJournal(directory);
      return {};
    });
    const call = { fetch: audit.fetch, origin: fake.origin, body: hello, signal };
    const error = (await client.whole(call).catch((caught: unknown) => caught)) as Error;
    // The AI SDK takes what breaks an answer off for the cause of an error of its own.
    expect([error, error.cause]).toContainEqual(expect.objectContaining(unwritable));
    await recovered(world, mend);
    expect(world.entries()).toEqual([expect.objectContaining({ status: "success" })]);
  });
});

testBroken("new calls are refused before anything is sent", async () => {
  const world = await openWorld();
  const { fake, audit, directory } = world;
  const mend = breakJournal(directory);
  await expect(audit.record({ event_type: "test.event" })).rejects.toMatchObject(unwritable);
  const sent = audit.fetch(`${fake.url}/chat/completions`, asking());
  await expect(sent).rejects.toBeInstanceOf(AuditError);
  await expect(sent).rejects.toMatchObject(unwritable);
  expect(fake.requests).toHaveLength(0);
  await recovered(world, mend);
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(fake.requests).toHaveLength(1);
});

testBroken("openai hides the typed error as the cause of its own", async () => {
  const world = await openWorld();
  const mend = breakJournal(world.directory);
  await world.audit.record({ event_type: "test.event" }).catch(() => undefined);
  const client = new OpenAI({
    baseURL: world.fake.url,
    apiKey: key,
    fetch: world.audit.fetch,
    maxRetries: 0,
  });
  const sent = client.chat.completions.create(hello as never);
  await expect(sent).rejects.toMatchObject({ name: "Error", cause: unwritable });
  await expect(sent).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  await recovered(world, mend);
});

testBroken("a refusal under way is the typed error; a failure of the network stays what it is", async () => {
  const world = await openWorld();
  const { fake, audit, directory } = world;
  let mend = () => {};
  fake.script([
    { error: 402, latencyMs: 20 },
    { latencyMs: 20, reset: "before_headers" },
  ]);
  const refused = audit.fetch(`${fake.url}/chat/completions`, asking());
  await fake.received(1);
  const cut = audit.fetch(`${fake.url}/chat/completions`, asking());
  await fake.received(2);
  mend = breakJournal(directory);
  const outcomes = await Promise.allSettled([refused, cut]);
  expect(outcomes).toMatchObject([{ reason: unwritable }, { reason: { message: "fetch failed" } }]);
  await recovered(world, mend);
  // Which of the two ends first is for the network to say.
  const entries = world.entries().map(({ status, http_status }) => `${status} ${http_status}`);
  expect(entries.sort()).toEqual(["error 402", "error null"]);
  await audit.close();
  expect((await verifyJournal(directory)).result).toBe("intact");
});

const ended = ["data: {}\n\n", "data: [DONE]\n\n", ": more"];

testBroken.each<[string, (body: ReadableStream<Uint8Array>) => Promise<unknown>]>([
  ["read", (body) => new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text()],
  [
    "looped over",
    async (body) => {
      for await (const _chunk of body);
    },
  ],
])(
  "the sender is let go of when the end of its stream that is %s could not be recorded",
  async (_how, read) => {
    const world = await openWorld();
    const { fake, audit, directory } = world;
    fake.next({
      raw: { headers: { "content-type": "text/event-stream" }, body: ended },
      chunkDelayMs: 20,
      stall: { afterChunks: 2 },
    });
    const response = await audit.fetch(
      `${fake.url}/chat/completions`,
      asking({}, { ...hello, stream: true }),
    );
    const mend = breakJournal(directory);
    await expect(read(response.body!)).rejects.toMatchObject(unwritable);
    await until(() => fake.requests[0]!.clientClosed);
    await recovered(world, mend);
  },
);

testBroken("of the steps asked for together one learns that the end could not be recorded", async () => {
  const world = await openWorld();
  const { fake, audit, directory } = world;
  const body = ["data: {}\n\n", ": more"];
  fake.next({ raw: { headers: { "content-type": "text/event-stream" }, body }, chunkDelayMs: 20 });
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, stream: true }));
  const steps = response.body!.values();
  await steps.next();
  const mend = breakJournal(directory);
  const settled = await Promise.allSettled([steps.next(), steps.next(), steps.next(), steps.return!()]);
  const done = { status: "fulfilled", value: { done: true, value: undefined } };
  expect(settled).toMatchObject([{ value: { done: false } }, { reason: unwritable }, done, done]);
  await recovered(world, mend);
});

test("calls after close() are refused before anything is sent", async () => {
  const { fake, audit } = await openWorld();
  await audit.close();
  const sent = audit.fetch(`${fake.url}/chat/completions`, asking());
  await expect(sent).rejects.toMatchObject({ name: "AuditError", code: "LOG_CLOSED" });
  expect(fake.requests).toHaveLength(0);
});
