import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { openWorld } from "../support/audited-world.ts";
import { openaiClient, openaiVersions } from "../support/openai-versions.ts";

const asked = { model: "openai/gpt-5-mini", messages: [{ role: "user" as const, content: "Hello" }] };
const stalled = { stall: { afterBytes: 5 } };

// A call that waits for ever would outlive its test.
let leaving: AbortController;
beforeEach(() => {
  leaving = new AbortController();
});
afterEach(() => leaving.abort());

async function limited(Client: typeof OpenAI, stall: object, patienceMs = 20_000) {
  const world = await openWorld();
  world.fake.script([stall, {}]);
  const { fake, audit } = world;
  const client = openaiClient(Client, { url: fake.url, origin: fake.origin, fetch: audit.fetch });
  const answered = client.chat.completions.create(asked, { timeout: 500, signal: leaving.signal });
  answered.catch(() => undefined);
  const answer = await Promise.race([answered, sleep(patienceMs, undefined, { ref: false })]);
  return {
    ...world,
    answer,
    ended: () => world.entries().map(({ status, http_status, attempt }) => [status, http_status, attempt]),
  };
}

test.each(openaiVersions)(
  "openai $version repeats a call whose headers do not come in time",
  async ({ Client }) => {
    const { answer, ended } = await limited(Client, { stall: "before_headers" });
    expect(answer).toBeDefined();
    expect(ended()).toEqual([
      ["aborted", null, 1],
      ["success", 200, 2],
    ]);
  },
);

test.each(openaiVersions.slice(0, 2))(
  "openai $version waits for a body that stalls, whatever its time limit",
  async ({ Client }) => {
    const { answer, ended } = await limited(Client, stalled, 1_500);
    expect(answer).toBeUndefined();
    expect(ended()).toEqual([]);
  },
);

test("openai 7 repeats a call whose body stalls: the first attempt is aborted with status 200", async () => {
  const { answer, ended, entries } = await limited(openaiVersions[2].Client, stalled);
  expect(answer).toBeDefined();
  expect(ended()).toEqual([
    ["aborted", 200, 1],
    ["success", 200, 2],
  ]);
  expect(new Set(entries().map(({ call_id }) => call_id)).size).toBe(1);
});
