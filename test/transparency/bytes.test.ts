import type { Fetch } from "@openrouter-audit/core";
import fc from "fast-check";
import { type AnyEntry, openWorld } from "../support/audited-world.ts";
import { type Operation, type OperationName, operations } from "../support/clients/operations.ts";
import { asking } from "../support/same-with-audit.ts";

const names = Object.keys(operations) as OperationName[];
const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
const contentTypes = ["application/json", "text/event-stream", "audio/mpeg", "text/plain", ""];

/** A fetch that answers with what it was last told to, in just those chunks. */
function scripted() {
  let answer: () => Response = () => new Response();
  const bodies: unknown[] = [];
  const fetch: Fetch = async (_input, init) => {
    bodies.push(init?.body);
    return answer();
  };
  return {
    fetch,
    bodies,
    next(parts: readonly Uint8Array[], contentType: string) {
      answer = () => new Response(streamOf(parts), { headers: { "content-type": contentType } });
    },
  };
}

function streamOf(parts: readonly Uint8Array[]): ReadableStream {
  const left = [...parts];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

async function chunksOf(response: Response): Promise<number[][]> {
  const read: number[][] = [];
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) read.push([...chunk]);
  return read;
}

test("any bytes of any endpoint and type arrive in the same chunks, in the same order, with one entry", async () => {
  const { fetch, next } = scripted();
  const { audit, fake, entries } = await openWorld({ audit: { fetch } });
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(
      chunks,
      fc.constantFrom(...names),
      fc.constantFrom(...contentTypes),
      async (parts, name, type) => {
        const { path, method } = operations[name];
        const url = fake.origin + path.replace("{id}", "job-1");
        const init = method === "GET" ? {} : asking();
        next(parts, type);
        const plain = await chunksOf(await fetch(url, init));
        expect(await chunksOf(await audit.fetch(url, init))).toEqual(plain);
        calls += 1;
      },
    ),
    { numRuns: 500 },
  );
  expect(entries()).toHaveLength(calls);
});

test("any JSON body is sent and received as it was written, however strange", async () => {
  const { fetch, next, bodies } = scripted();
  const { audit, fake, entries } = await openWorld({ audit: { fetch } });
  const strange = fc.oneof(
    fc.json({ maxDepth: 4 }),
    // Numbers beyond a double, the same name twice, escapes, white space: what a parser would not give back.
    fc.constantFrom(
      '{"a":1e999}',
      '{"a":1,"a":2}',
      '"\\ud800"',
      " [ 1.10 ,\n2 ] ",
      '{"__proto__":{"x":1}}',
      "{",
      "nul",
      "\ufeff{}",
    ),
    fc
      .json()
      .map((json) => `{"model":"m","messages":${json},"choices":${json},"usage":${json},"error":${json}}`),
  );
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(strange, strange, fc.constantFrom(...names), async (asked, answered, name) => {
      const url = fake.origin + operations[name].path.replace("{id}", "job-1");
      next([Buffer.from(answered)], "application/json");
      const response = await audit.fetch(url, asking({ body: asked }));
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(answered));
      expect(bodies.at(-1)).toBe(asked);
      calls += 1;
    }),
    { numRuns: 500 },
  );
  expect(entries()).toHaveLength(calls);
});

const documents: Readonly<Record<string, OperationName>> = {
  "a chat completion": "chat",
  "a response": "response",
  "a message": "message",
  "a completion": "completion",
  "an image": "image",
};

test.each(Object.entries(documents))(
  "the stream of %s gives the same entry, however its bytes are cut",
  async (_, name) => {
    const { fetch, next } = scripted();
    const { audit, fake, lastEntry } = await openWorld({ audit: { fetch } });
    fake.script(() => ({ text: "Grüße an 世界 👋 one two", reasoning: "Hm 世界.", comments: 2 }));
    const { path, body }: Operation = operations[name];
    const recorded = await globalThis.fetch(fake.origin + path, asking({}, { ...body, stream: true }));
    const bytes = new Uint8Array(await recorded.arrayBuffer());
    const entryOf = async (parts: readonly Uint8Array[]) => {
      next(parts, "text/event-stream");
      await (await audit.fetch(fake.origin + path, asking({}, { ...body, stream: true }))).arrayBuffer();
      return lasting(lastEntry());
    };
    const whole = await entryOf([bytes]);
    expect(whole).toMatchObject({ status: "success", response_hash: expect.any(String) });
    const cuts = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        expect(await entryOf(cutAt(bytes, places))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(await entryOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  },
);

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set([...places, bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1]!, end));
}

/** What is not of the moment. */
function lasting(entry: AnyEntry): AnyEntry {
  const {
    id,
    seq,
    exchange_id,
    call_id,
    timestamp,
    recorded_at,
    latency_ms,
    time_to_first_token_ms,
    ...rest
  } = entry;
  const { chain_hash, signature, ...kept } = rest;
  return kept;
}
