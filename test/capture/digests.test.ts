import { createHash } from "node:crypto";
import { digestPrompt, type Fetch } from "@openrouter-audit/core";
import fc from "fast-check";
import { openWorld, secret } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";
import { asking } from "../support/same-with-audit.ts";

interface Message {
  readonly content: string | null;
  readonly reasoning: string | null;
  readonly tool_calls: readonly { id: string; function: { name: string; arguments: string } }[];
}

// Lone surrogates too: JSON can say them, and so does a stream that is cut inside a character.
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc
    .array(fc.constantFrom("\ud83d", "\udc4b", "a", "ü", "\r", "\n", "\u2028"), { maxLength: 8 })
    .map((units) => units.join("")),
);
const message: fc.Arbitrary<Message> = fc.record({
  content: fc.option(text),
  reasoning: fc.option(text),
  tool_calls: fc.array(fc.record({ id: text, function: fc.record({ name: text, arguments: text }) }), {
    maxLength: 3,
  }),
});
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

/** Cuts a text anywhere between its UTF-16 units, also inside a character. */
function cut(whole: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < whole.length; ) {
    const end = start + lengths[pieces.length % lengths.length]!;
    pieces.push(whole.slice(start, end));
    start = end;
  }
  return pieces;
}

function deltasOf({ content, reasoning, tool_calls }: Message, lengths: readonly number[]): object[] {
  return [
    ...cut(reasoning ?? "", lengths).map((piece) => ({ reasoning: piece })),
    ...cut(content ?? "", lengths).map((piece) => ({ content: piece })),
    ...tool_calls.flatMap(({ id, function: { name, arguments: given } }, index) => [
      { tool_calls: [{ index, id, function: { name, arguments: "" } }] },
      ...cut(given, lengths).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ];
}

function eventsOf(deltas: readonly object[], lineEnd: string): string {
  const chunks = [...deltas.map((delta) => ({ delta })), { delta: {}, finish_reason: "stop" }];
  const data = chunks.map((choice) => JSON.stringify({ choices: [{ index: 0, ...choice }] }));
  return [...data, "[DONE]"].map((line) => `data: ${line}${lineEnd}${lineEnd}`).join("");
}

function responseOf(body: string, type: string, lengths: readonly number[]): Response {
  const bytes = Buffer.from(body);
  let sent = 0;
  let pieces = 0;
  const stream = new ReadableStream({
    pull(controller) {
      const size = lengths[pieces++ % lengths.length]!;
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(sent, sent + size)));
      sent += size;
    },
  });
  return new Response(stream, { headers: { "content-type": type } });
}

async function openDigests() {
  const answers: Response[] = [];
  const fetch: Fetch = async () => answers.shift()!;
  const world = await openWorld({ audit: { fetch } });
  const hashOf = async (answer: Response) => {
    answers.push(answer);
    await (await world.audit.fetch(`${world.fake.url}/chat/completions`, asking())).text();
    return world.lastEntry();
  };
  return { ...world, hashOf };
}

const whole = (given: object, finish_reason: string | null = "stop") =>
  JSON.stringify({ choices: [{ index: 0, finish_reason, message: given }] });
const noCut = [1_000_000];

test("an answer has the same digest streamed and unstreamed, however it is cut", async () => {
  const { hashOf } = await openDigests();
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
  await fc.assert(
    fc.asyncProperty(message, sizes, sizes, lineEnd, async (said, deltaSizes, byteSizes, ending) => {
      const plain = await hashOf(responseOf(whole(said), "application/json", byteSizes));
      const events = eventsOf(deltasOf(said, deltaSizes), ending);
      const streamed = await hashOf(responseOf(events, "text/event-stream", byteSizes));
      expect([plain.status, streamed.status]).toEqual(["success", "success"]);
      expect(streamed.response_hash).toBe(plain.response_hash);
      expect(streamed.tools).toEqual(plain.tools);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("different answers have different digests", async () => {
  const { hashOf } = await openDigests();
  const answers = [{ content: "a" }, { content: "" }, { content: "", reasoning: "a" }, { refusal: "a" }];
  const hashes = new Set<string>();
  for (const given of answers)
    hashes.add((await hashOf(responseOf(whole(given), "application/json", noCut))).response_hash);
  expect(hashes.size).toBe(answers.length);
});

test("a stream that was cut has the digest of what was said", async () => {
  const { hashOf } = await openDigests();
  const { response_hash } = await hashOf(
    responseOf(whole({ content: "Grüße 👋" }), "application/json", noCut),
  );
  const events = eventsOf([{ content: "Grüße " }, { content: "👋" }, { content: " and more" }], "\n");
  const cutOff = events.slice(0, events.indexOf(" and more"));
  const entry = await hashOf(responseOf(cutOff, "text/event-stream", [3]));
  expect(entry).toMatchObject({ status: "error", response_complete: false, response_hash });
});

test("parts of content, custom calls and legacy calls count like their plain forms", async () => {
  const { hashOf } = await openDigests();
  const hash = async (given: object) =>
    (await hashOf(responseOf(whole(given), "application/json", noCut))).response_hash;
  const parts = [
    { type: "text", text: "a" },
    { type: "text", text: "b" },
  ];
  expect(await hash({ content: parts })).toBe(await hash({ content: "ab" }));
  const call = { id: "c", function: { name: "f", arguments: "x" } };
  expect(await hash({ tool_calls: [{ id: "c", custom: { name: "f", input: "x" } }] })).toBe(
    await hash({ tool_calls: [call] }),
  );
  expect(await hash({ function_call: { name: "f", arguments: "x" } })).toBe(
    await hash({ tool_calls: [{ ...call, id: "" }] }),
  );
});

test("the prompt digest is the one digestPrompt() gives for the same messages", async () => {
  const { audit, fake, lastEntry } = await openWorld({
    audit: { fetch: async () => responseOf(whole({ content: "a" }), "application/json", noCut) },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ role: text, content: fc.jsonValue() })), async (messages) => {
      const body = JSON.stringify({ ...hello, messages });
      await (await audit.fetch(`${fake.url}/chat/completions`, asking({ body }))).text();
      expect(lastEntry().prompt_hash).toBe(digestPrompt(JSON.parse(body).messages, { secret }));
    }),
    { numRuns: 50 },
  );
  await (
    await audit.fetchAs({ userId: "ada", tenantId: "t" })(`${fake.url}/chat/completions`, asking())
  ).text();
  expect(lastEntry().prompt_hash).toBe(digestPrompt(hello.messages, { secret, tenantId: "t" }));
}, 60_000);

describe("what has no canonical form", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const hex = (text: string) => createHash("sha256").update(text).digest("hex");
  const sha256 = (text: string) => `sha256:${hex(text)}`;

  async function openPlain(answered: () => Response) {
    const world = await openWorld({ audit: { digest: "sha256", fetch: async () => answered() } });
    const entryFor = async (body: string) => {
      await (await world.audit.fetch(`${world.fake.url}/chat/completions`, asking({ body }))).text();
      return world.lastEntry();
    };
    return { ...world, entryFor };
  }

  test.each<[string, string, boolean]>([
    ["nested 1,000 deep", nested(1_000), true],
    ["nested 1,001 deep", nested(1_001), false],
    ["nested deeper than any stack", nested(200_000), false],
    ["with a number that no double is", "[1e999]", false],
  ])("a prompt %s", async (_what, messages, hasForm) => {
    const { entryFor } = await openPlain(() => responseOf(whole({}), "application/json", noCut));
    const body = `{"messages": ${messages}}`;
    expect((await entryFor(body)).prompt_hash).toBe(sha256(hasForm ? messages : body));
    const digested = () => digestPrompt(JSON.parse(messages), { algorithm: "sha256" });
    if (hasForm) expect(digested()).toBe(sha256(messages));
    else expect(digested).toThrow(TypeError);
  });

  test.each([
    [1_000, true],
    [1_001, false],
  ])("an answer with an image nested %i deep", async (depth, hasForm) => {
    const image = nested(depth);
    const nothing = hex("");
    const form = JSON.stringify([
      {
        audio: null,
        content: nothing,
        images: [hasForm ? hex(image) : null],
        reasoning: nothing,
        refusal: nothing,
        tool_calls: [],
      },
    ]);
    const choice = (part: string) =>
      `{"choices":[{"index":0,"finish_reason":"stop","${part}":{"images":[${image}]}}]}`;
    const plain = await openPlain(() => responseOf(choice("message"), "application/json", noCut));
    expect((await plain.entryFor("{}")).response_hash).toBe(sha256(form));
    const events = `data: ${choice("delta")}\n\ndata: [DONE]\n\n`;
    const streamed = await openPlain(() => responseOf(events, "text/event-stream", noCut));
    expect((await streamed.entryFor("{}")).response_hash).toBe(sha256(form));
  });

  test("an answer that was cut off has the digest of the bytes that arrived", async () => {
    const half = whole({ content: "a" }).slice(0, 20);
    const { entryFor } = await openPlain(() => responseOf(half, "application/json", noCut));
    expect((await entryFor("{}")).response_hash).toBe(sha256(half));
  });

  test("of two members with one name the last counts", async () => {
    const { entryFor } = await openPlain(() => responseOf(whole({}), "application/json", noCut));
    expect((await entryFor('{"messages": [1], "messages": [{"a": 1, "a": 2}]}')).prompt_hash).toBe(
      sha256('[{"a":2}]'),
    );
  });
});
