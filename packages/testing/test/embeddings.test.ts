import * as operations from "@openrouter/sdk/models/operations";
import { openFake, post, type Wire } from "./open-fake.ts";

const embed = { model: "openai/text-embedding-3-small", input: ["Grüße an 世界", "good morning"] };
const rank = {
  model: "cohere/rerank-v3.5",
  query: "where do cats sleep",
  documents: ["stock prices fell", "cats sleep in boxes", { text: "dogs sleep too" }],
};
const dot = (one: number[], other: number[]) => one.reduce((sum, value, i) => sum + value * other[i]!, 0);

describe("embeddings", () => {
  test("are unit vectors, one for each input, the same for the same text", async () => {
    const fake = await openFake();
    const response = await post(fake, "/embeddings", embed);
    const body = await response.json();
    const { data, usage } = operations.CreateEmbeddingsResponseBody$inboundSchema.parse(body);
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    const [first, second] = data.map(({ embedding }) => embedding as number[]);
    expect(first).toHaveLength(1536);
    expect(dot(first!, first!)).toBeCloseTo(1, 5);
    expect(Math.abs(dot(first!, second!))).toBeLessThan(0.2);
    expect(body.id).toBe(response.headers.get("x-generation-id"));
    expect(usage!.promptTokens).toBeGreaterThan(4);
    expect(usage!.cost).toBeCloseTo(usage!.promptTokens * 0.000_000_02, 12);
    const again = await (await post(fake, "/embeddings", { ...embed, input: embed.input[1] })).json();
    expect(again.data[0].embedding).toEqual(second);
  });

  test("are nearer for texts that share words", async () => {
    const fake = await openFake();
    const input = ["the cat sleeps in a box", "a cat sleeps in the sun", "quarterly revenue fell"];
    const { data } = await (await post(fake, "/embeddings", { ...embed, input })).json();
    const [cat, sun, revenue] = data.map(({ embedding }: Wire) => embedding);
    expect(dot(cat, sun)).toBeGreaterThan(dot(cat, revenue) + 0.3);
  });

  test("come as base64 of the same 32-bit numbers, and as short as they are asked for", async () => {
    const fake = await openFake();
    const short = { ...embed, dimensions: 8 };
    const plain = await (await post(fake, "/embeddings", short)).json();
    const packed = await (await post(fake, "/embeddings", { ...short, encoding_format: "base64" })).json();
    const bytes = Buffer.from(packed.data[1].embedding, "base64");
    const numbers = Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(bytes).toHaveLength(32);
    expect(numbers).toEqual(plain.data[1].embedding);
  });

  test.each([
    ["a text", "one two", 2],
    ["tokens", [11, 22, 33], 3],
    [
      "lists of tokens",
      [
        [1, 2],
        [3, 4, 5],
      ],
      5,
    ],
    ["parts", [{ content: [{ type: "text", text: "one two" }] }], 2],
  ])("take %s", async (_title, input, tokens) => {
    const fake = await openFake();
    const { usage } = await (await post(fake, "/embeddings", { ...embed, input })).json();
    expect(usage).toMatchObject({ prompt_tokens: tokens, total_tokens: tokens });
  });

  test("are cached, with nothing counted on a hit", async () => {
    let now = 1_800_000_000_000;
    const fake = await openFake({ now: () => now });
    const cached = { "x-openrouter-cache": "true" };
    const miss = await post(fake, "/embeddings", embed, cached);
    now += 40_000;
    const hit = await post(fake, "/embeddings", embed, cached);
    expect([miss, hit].map(({ headers }) => headers.get("x-openrouter-cache-status"))).toEqual([
      "MISS",
      "HIT",
    ]);
    expect([miss, hit].map(({ headers }) => headers.get("x-openrouter-cache-ttl"))).toEqual(["300", "260"]);
    const told = await hit.json();
    expect(told.usage).toMatchObject({ prompt_tokens: 0, total_tokens: 0, cost: 0 });
    expect(told.data).toEqual((await miss.json()).data);
  });
});

test("reranking orders documents by what they share with the query", async () => {
  const fake = await openFake();
  const response = await post(fake, "/rerank", { ...rank, top_n: 2 });
  const body = await response.json();
  const { id, results, usage } = operations.CreateRerankResponseBody$inboundSchema.parse(body);
  expect(id).toMatch(/^gen-rerank-\d{10}-\w{20}$/);
  expect(response.headers.get("x-generation-id")).toBe(id);
  expect(results.map(({ index }) => index)).toEqual([1, 2]);
  expect(results[1]!.document).toEqual({ text: "dogs sleep too" });
  expect(results[0]!.relevanceScore).toBeGreaterThan(results[1]!.relevanceScore);
  expect(usage).toMatchObject({ searchUnits: 1, cost: 0.002, totalTokens: expect.any(Number) });
});
