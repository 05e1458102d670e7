import { chat, openFake } from "./open-fake.ts";

describe("scripts", () => {
  const said = async (response: ReturnType<typeof chat>) =>
    (await (await response).json()).choices[0].message.content;

  test("may be a list, which is followed by ordinary answers", async () => {
    const fake = await openFake({ script: [{ text: "one" }, undefined, { text: "three" }] });
    const texts = [];
    for (let count = 0; count < 4; count++) texts.push(await said(chat(fake)));
    expect(texts).toEqual([
      "one",
      expect.stringContaining("Hello!"),
      "three",
      expect.stringContaining("Hello!"),
    ]);
  });

  test("may be a function of the request", async () => {
    const fake = await openFake({ script: async ({ index, path }) => ({ text: `${index} ${path}` }) });
    expect(await said(chat(fake))).toBe("0 /api/v1/chat/completions");
    expect(await said(chat(fake))).toBe("1 /api/v1/chat/completions");
  });

  test("come after what was queued, and can be replaced", async () => {
    const fake = await openFake({ script: [{ text: "script" }] });
    fake.next({ text: "queued" }, { text: "queued too" });
    expect(await said(chat(fake))).toBe("queued");
    expect(await said(chat(fake))).toBe("queued too");
    expect(await said(chat(fake))).toBe("script");
    fake.script(() => ({ text: "replaced" }));
    expect(await said(chat(fake))).toBe("replaced");
  });
});

describe("a behaviour that would do nothing is refused with words", () => {
  const refused: [object | number, RegExp][] = [
    [502, /^A behaviour is an object/],
    [
      { errorInside: 502 },
      /^errorInside of a behaviour must be \{ form, error \}: form is "envelope" or "choice"/,
    ],
    [{ errorInside: { form: "stream", error: 502 } }, /form is "envelope" or "choice"/],
    [{ errorInside: { form: "choice", error: 599 } }, /error a name of errorCatalogue, a status such as 502/],
    [{ error: "moderated" }, /^error of a behaviour must be a name of errorCatalogue/],
    [{ error: { message: "No." } }, /^error of a behaviour must be/],
    [{ streamError: 502 }, /^streamError of a behaviour must be \{ error, afterContentChunks\?/],
    [{ streamError: { error: 502, event: "failed" } }, /event one of response\.failed/],
    [{ stall: 4 }, /^stall of a behaviour must be "before_headers"/],
    [{ reset: { afterByte: 4 } }, /^reset of a behaviour must be/],
    [{ usageForm: "empty" }, /^usageForm of a behaviour must be one of empty_choices/],
    [{ latency: 5 }, /^A behaviour has no field "latency", only error, /],
  ];

  test.each(refused)("%j, when it is queued or stands in a list", async (behaviour, message) => {
    const fake = await openFake();
    expect(() => fake.next(behaviour as never)).toThrow(message);
    expect(() => fake.script([behaviour as never])).toThrow(message);
    await expect(openFake({ script: [behaviour as never] })).rejects.toThrow(message);
  });

  test("as a 500, when a function answers it", async () => {
    const fake = await openFake({ script: () => ({ errorInside: 502 }) as never });
    expect((await chat(fake)).status).toBe(500);
  });
});
