import { createHash } from "node:crypto";
import { chat, get, key, openFake } from "./open-fake.ts";
import { manage, managementKey } from "./send.ts";

const now = Date.parse("2026-11-15T08:00:00Z");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("a record that is put there is told as that of a call, by day, and by key", async () => {
  const fake = await openFake({ managementKeys: [managementKey], now: () => now });
  const made = {
    model: "openai/gpt-5-mini",
    provider_name: "OpenAI",
    created_at: "2026-11-14T10:00:00.000Z",
  };
  fake.keepGeneration({ ...made, id: "gen-a", total_cost: 0.25, native_tokens_prompt: 7 }, { apiKey: key });
  fake.keepGeneration({ ...made, id: "gen-b", total_cost: 0.5, native_tokens_prompt: 3 });
  fake.keepGeneration({ ...made, id: "gen-old", created_at: "2026-10-15T23:59:59.999Z" });
  fake.keepGeneration({ ...made, id: "gen-today", created_at: "2026-11-15T00:00:00.000Z" });
  fake.keepGeneration({ ...made, id: "gen-late" }, { visibleAtMs: now + 1 });
  expect((await (await get(fake, "/generation?id=gen-a")).json()).data).toMatchObject({
    id: "gen-a",
    usage: 0.25,
    cancelled: false,
  });
  expect((await get(fake, "/generation?id=gen-late")).status).toBe(404);

  const rows = async (query: string) => (await (await manage(fake, "GET", `/activity${query}`)).json()).data;
  expect(await rows("?date=2026-11-14")).toMatchObject([{ requests: 3, provider_name: "OpenAI" }]);
  expect(await rows(`?api_key_hash=${sha256(key)}`)).toMatchObject([
    { date: "2026-11-14", requests: 1, prompt_tokens: 7, usage: 0.25 },
  ]);
  expect(await rows("?date=2026-10-15")).toEqual([]);
  expect(await rows("?date=2026-11-15")).toEqual([]);
});

test("a call counts with the key that it was made with", async () => {
  let time = now;
  const fake = await openFake({ managementKeys: [managementKey], now: () => time });
  await chat(fake);
  await fake.settled();
  time += 86_400_000;
  const rows = async (hash: string) =>
    (await (await manage(fake, "GET", `/activity?api_key_hash=${hash}`)).json()).data;
  expect(await rows(sha256(key))).toHaveLength(1);
  expect(await rows(sha256("another"))).toEqual([]);
});
