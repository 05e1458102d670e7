import { inflateSync } from "node:zlib";
import * as models from "@openrouter/sdk/models";
import { eventsOf, openFake, post } from "./open-fake.ts";

const draw = { model: "openai/gpt-image-1", prompt: "a red panda" };

describe("images", () => {
  test("are PNGs that follow from the prompt", async () => {
    const fake = await openFake();
    const body = await (await post(fake, "/images", { ...draw, n: 2 })).json();
    const { data, usage } = models.ImageGenerationResponse$inboundSchema.parse(body);
    expect(data).toHaveLength(2);
    const png = Buffer.from(data[0]!.b64Json, "base64");
    expect(png.toString("latin1", 1, 4)).toBe("PNG");
    const [width, start] = [png.readUInt32BE(16), png.indexOf("IDAT") + 4];
    const pixels = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
    expect(pixels).toHaveLength(width * (width * 3 + 1));
    expect(data[1]!.b64Json).not.toBe(data[0]!.b64Json);
    expect(usage).toMatchObject({ completionTokens: 544, isByok: false });
    expect(usage!.cost).toBeCloseTo(544 * 0.000_04 + usage!.promptTokens * 0.000_005, 10);
    const again = await (await post(fake, "/images", { ...draw, n: 2 })).json();
    expect(again.data).toEqual(body.data);
  });

  test("come in a stream, partly first, with the usage at the end", async () => {
    const fake = await openFake();
    const response = await post(fake, "/images", { ...draw, stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const stream = await response.text();
    expect(stream).toMatch(/^: OPENROUTER PROCESSING\n\n/);
    expect(stream).toMatch(/data: \[DONE\]\n\n$/);
    const events = eventsOf(stream);
    for (const event of events) models.ImageStreamingResponseData$inboundSchema.parse(event);
    expect(events.map(({ type }) => type)).toEqual([
      "image_generation.partial_image",
      "image_generation.partial_image",
      "image_generation.completed",
    ]);
    expect(events.at(-1).usage.cost).toBeGreaterThan(0);
    const whole = await (await post(fake, "/images", draw)).json();
    expect(events.at(-1).b64_json).toBe(whole.data[0].b64_json);
  });

  test("can fail in the stream", async () => {
    const fake = await openFake({ script: [{ streamError: { error: 502 } }], generationDelayMs: 0 });
    const response = await post(fake, "/images", { ...draw, stream: true });
    const last = eventsOf(await response.text()).at(-1);
    expect(models.ImageStreamingResponseData$inboundSchema.parse(last)).toMatchObject({
      type: "error",
      error: { code: "provider_unavailable" },
    });
    expect(fake.generations[0]).toMatchObject({ streamed: true, finish_reason: "error" });
  });

  test("are not streamed by a model that cannot", async () => {
    const fake = await openFake();
    const body = { ...draw, model: "bytedance-seed/seedream-4.5", stream: true };
    const { usage } = await (await post(fake, "/images", body)).json();
    expect(usage.cost).toBe(0.04);
  });

  test("of a stream that was left are charged as far as they were sent", async () => {
    const fake = await openFake({ script: [{ chunkDelayMs: 20 }] });
    const response = await post(fake, "/images", { ...draw, stream: true });
    await response.body!.cancel();
    await fake.settled();
    expect(fake.generations[0]).toMatchObject({ cancelled: true, api_type: "image" });
    expect(fake.generations[0]!.total_cost).toBeLessThan(0.0109);
  });
});
