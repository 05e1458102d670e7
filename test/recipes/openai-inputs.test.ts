import { digestPrompt } from "@openrouter-audit/core";
import { openWorld, secret } from "../support/audited-world.ts";
import { openaiClient, openaiVersions } from "../support/openai-versions.ts";
import { sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const parts = [
  ["a picture", { type: "image_url" as const, image_url: { url: pixel } }],
  ["a sound", { type: "input_audio" as const, input_audio: { data: "UklGRg==", format: "wav" as const } }],
  [
    "a document",
    { type: "file" as const, file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERg==" } },
  ],
] as const;
const kept = {
  raw: { headers: { "content-type": "application/json" }, body: '{"id":"file-1","object":"file"}' },
};

describe.each(openaiVersions)("openai $version", ({ Client }) => {
  test("images.generate() asks an endpoint that OpenRouter does not have, and is recorded as that", async () => {
    const { fake, audit, entries } = await openWorld();
    const client = openaiClient(Client, { url: fake.url, origin: fake.origin, fetch: audit.fetch });
    const asked = client.images.generate({ model: "openai/gpt-image-1", prompt: "A joke, drawn." });
    await expect(asked).rejects.toMatchObject({ status: 404 });
    const [entry] = entries();
    expect(entry).toMatchObject({
      event_type: "unknown_endpoint",
      endpoint: "/api/v1/images/generations",
      http_status: 404,
    });
  });

  test.each(parts)("%s in the prompt is part of its digest, and not of the entry", async (_title, part) => {
    const text = { type: "text" as const, text: "What is this?" };
    const messages = [{ role: "user" as const, content: [text, part] }];
    const [entry] = await sameAnswer((given) =>
      openaiClient(Client, given).chat.completions.create({ model, messages }),
    );
    expect(entry.prompt_hash).toBe(digestPrompt(messages, { secret }));
    expect(JSON.stringify(entry)).not.toMatch(/base64|UklGRg/);
  });

  test("a file is uploaded after a probe of FormData, which is no call", async () => {
    const asked: string[] = [];
    const entries = await sameAnswer((given) => {
      const fetch: typeof given.fetch = (input, init) => {
        asked.push(String(input).slice(0, 6));
        return given.fetch(input, init);
      };
      const file = new File(["hello"], "hello.txt", { type: "text/plain" });
      return openaiClient(Client, { ...given, fetch }).files.create({ file, purpose: "assistants" });
    }, kept);
    expect(asked).toContain("data:,");
    expect(entries).toEqual([
      expect.objectContaining({ event_type: "file_upload", endpoint: "/api/v1/files" }),
    ]);
  });

  test("an embedding comes as base64, and is numbers for the application", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const asked = { model: "openai/text-embedding-3-small", input: "hello" };
      const { data, usage } = await openaiClient(Client, given).embeddings.create(asked);
      return [data[0]!.embedding, usage];
    });
    expect(entry).toMatchObject({ event_type: "embedding", prompt_tokens: expect.any(Number) });
  });

  test("a fallback, a provider's routing and whatever else OpenRouter adds is sent on and recorded", async () => {
    const provider = { zdr: true, data_collection: "deny", order: ["openai"] };
    const messages = [{ role: "user" as const, content: "Hello" }];
    const [entry] = await sameAnswer((given) => {
      const asked = { model, messages, provider, models: [model, "anthropic/claude-sonnet-4.5"] };
      return openaiClient(Client, given).chat.completions.create(asked);
    });
    expect(entry.policy).toMatchObject({ zdr: true, data_collection: "deny", provider_order: ["openai"] });
  });
});
