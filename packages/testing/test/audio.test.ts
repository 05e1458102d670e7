import * as models from "@openrouter/sdk/models";
import { get, openFake, post } from "./open-fake.ts";
import { formWith, send } from "./send.ts";

const say = { model: "openai/gpt-4o-mini-tts-2025-12-15", input: "Grüße 👋", voice: "alloy" };
const audio = Buffer.alloc(32_000, 7);
const hear = {
  model: "openai/whisper-1",
  input_audio: { data: audio.toString("base64"), format: "mp3" },
};

describe("speech", () => {
  test.each([
    ["mp3", "audio/mpeg", [0x49, 0x44, 0x33]],
    ["pcm", "audio/pcm", undefined],
  ])("comes as %s, of which only the record tells the cost", async (format, type, magic) => {
    const fake = await openFake({ generationDelayMs: 0 });
    const response = await post(fake, "/audio/speech", { ...say, response_format: format });
    expect(response.headers.get("content-type")).toBe(type);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(500);
    if (magic) expect([...bytes.subarray(0, 3)]).toEqual(magic);
    const id = response.headers.get("x-generation-id")!;
    const { data } = await (await get(fake, `/generation?id=${id}`)).json();
    expect(data).toMatchObject({ api_type: "tts", model: say.model });
    // Seven characters: an emoji is one.
    expect(data.total_cost).toBeCloseTo(7 * 0.000_012, 12);
    const other = await post(fake, "/audio/speech", { ...say, input: "Grüsse!", response_format: format });
    expect(Buffer.compare(bytes, new Uint8Array(await other.arrayBuffer()))).not.toBe(0);
  });

  test("is PCM unless something else is asked for, and shorter when it is faster", async () => {
    const fake = await openFake();
    const slow = await post(fake, "/audio/speech", say);
    const fast = await post(fake, "/audio/speech", { ...say, speed: 2 });
    expect(slow.headers.get("content-type")).toBe("audio/pcm");
    expect((await fast.arrayBuffer()).byteLength).toBeLessThan((await slow.arrayBuffer()).byteLength);
  });
});

describe("transcriptions", () => {
  const form = (fields: Record<string, string>) =>
    formWith(new Blob([audio], { type: "audio/mpeg" }), "hören.mp3", fields);

  test("are the same from JSON and from a form", async () => {
    const fake = await openFake();
    const fromJson = await (await post(fake, "/audio/transcriptions", hear)).json();
    const fromForm = await (
      await send(fake, "POST", "/audio/transcriptions", form({ model: hear.model }))
    ).json();
    const { usage } = models.STTResponse$inboundSchema.parse(fromJson);
    expect(fromForm).toEqual(fromJson);
    expect(fromJson.text).toBe("This is a recording of 32000 bytes.");
    expect(usage).toMatchObject({ seconds: 2, cost: 0.0002, inputTokens: 18 });
  });

  test("tell words and segments when they are asked to", async () => {
    const fake = await openFake({ script: [{ text: "good morning" }] });
    const fields = {
      model: hear.model,
      response_format: "verbose_json",
      "timestamp_granularities[]": "word",
      language: "de",
    };
    const body = await (await send(fake, "POST", "/audio/transcriptions", form(fields))).json();
    expect(models.STTResponse$inboundSchema.parse(body)).toMatchObject({
      task: "transcribe",
      language: "de",
      duration: 2,
      segments: [{ text: "good morning", start: 0, end: 2 }],
      words: [
        { word: "good", start: 0, end: 1 },
        { word: "morning", start: 1, end: 2 },
      ],
    });
  });

  test("measure a WAV file by its header", async () => {
    const fake = await openFake();
    const wav = Buffer.alloc(44 + 48_000);
    wav.write("RIFF", "latin1");
    wav.writeUInt32LE(16_000, 28);
    const body = { ...hear, input_audio: { data: wav.toString("base64"), format: "wav" } };
    expect((await (await post(fake, "/audio/transcriptions", body)).json()).usage.seconds).toBe(3);
  });

  test("refuse a form that is none", async () => {
    const fake = await openFake();
    const headers = { "content-type": "multipart/form-data; boundary=none" };
    expect((await post(fake, "/audio/transcriptions", hear, headers)).status).toBe(400);
  });
});
