import { openRouterClient } from "@openrouter-audit/core/openai";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import { askModel } from "../support/ask-model.ts";
import { key, openWorld } from "../support/audited-world.ts";

test("a client for another base URL than the log's is audited", async () => {
  const { audit, fake, entries } = await openWorld();
  await using other = await startFakeOpenRouter();
  const client = openRouterClient(audit, { apiKey: key, baseURL: `${other.url}/` });
  await askModel(client, "elsewhere");
  await askModel(openRouterClient(audit, { apiKey: key }), "at home");
  expect([other.requests.length, fake.requests.length]).toEqual([1, 1]);
  expect(entries()).toEqual([
    expect.objectContaining({ event_type: "chat_completion", status: "success" }),
    expect.objectContaining({ event_type: "chat_completion", status: "success" }),
  ]);
});

test("of two base URLs that hold a call, the longer one says what was called", async () => {
  const { audit, fake, entries } = await openWorld();
  await askModel(openRouterClient(audit, { apiKey: key, baseURL: fake.url }), "hello");
  audit.connection({ apiKey: key, baseURL: fake.origin });
  await askModel(openRouterClient(audit, { apiKey: key }), "hello");
  expect(entries().map(({ event_type }) => event_type)).toEqual(["chat_completion", "chat_completion"]);
});

test.each(["elsewhere", "localhost:3000/api/v1", "ftp://openrouter.ai/api/v1"])(
  "a base URL that no call can be sent to is refused: %s",
  async (baseURL) => {
    const { audit } = await openWorld();
    expect(() => openRouterClient(audit, { apiKey: key, baseURL })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
  },
);

test("a call with OpenRouter's key to a host that is not recorded is told of, once", async () => {
  const { audit, entries, problems } = await openWorld();
  await using gateway = await startFakeOpenRouter();
  for (const authorization of ["Bearer not-of-openrouter", `Bearer ${key}`, `bearer ${key}`])
    await audit.fetch(`${gateway.url}/models`, { headers: { authorization } });
  await audit.fetch(new Request(`${gateway.url}/models`, { headers: { authorization: `Bearer ${key}` } }));
  expect(entries()).toEqual([]);
  expect(problems).toEqual([{ code: "CALL_UNRECORDED", message: expect.stringContaining(gateway.origin) }]);
  expect(problems[0]!.message).not.toContain(key);
});
