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
