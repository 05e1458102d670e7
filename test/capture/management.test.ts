import { apiClients } from "../support/api-clients.ts";
import { journalTextIn, openWorld } from "../support/audited-world.ts";

const managementKey = "sk-or-v1-management";
const credential = "no-pattern-knows-this-credential";

async function open() {
  const world = await openWorld({ fake: { managementKeys: [managementKey] } });
  return { ...world, ...apiClients(world, managementKey) };
}

const nothingOfTheBodies = {
  event_type: "management",
  model: null,
  parameters: null,
  tools: null,
  usage_details: null,
  prompt_hash: null,
  response_hash: null,
  error_message: null,
};

test("making, changing and deleting a key is recorded, the key and its hash are not", async () => {
  const { sdk, entries, directory } = await open();
  const { key, data } = await sdk.apiKeys.create({ requestBody: { name: "CANARY", limit: 5 } });
  await sdk.apiKeys.list();
  await sdk.apiKeys.update({ hash: data.hash, requestBody: { disabled: true } });
  await sdk.apiKeys.delete({ hash: data.hash });
  await sdk.apiKeys.getCurrentKeyMetadata();
  expect(entries().map(({ method, endpoint, status }) => [method, endpoint, status])).toEqual([
    ["POST", "/api/v1/keys", "success"],
    ["GET", "/api/v1/keys", "success"],
    ["PATCH", "/api/v1/keys/{id}", "success"],
    ["DELETE", "/api/v1/keys/{id}", "success"],
    ["GET", "/api/v1/key", "success"],
  ]);
  for (const entry of entries()) expect(entry).toMatchObject(nothingOfTheBodies);
  expect(entries()[0]).toMatchObject({ http_status: 201, request_bytes: expect.any(Number) });
  expect(key).toMatch(/^sk-or-v1-\w{40,}/);
  for (const secret of [key, key.slice(12, 40), data.hash, data.hash.slice(0, 16), "CANARY"])
    expect(journalTextIn(directory)).not.toContain(secret);
});

test("credentials of providers appear nowhere, not in a complaint about them either", async () => {
  const { send, fake, entries, directory } = await open();
  const { data } = (
    await send("POST", "/api/v1/byok", { provider: "openai", key: credential, name: "CANARY" })
  ).json();
  await send("PATCH", `/api/v1/byok/${data.id}`, { key: `${credential}-2` });
  const error = { code: 400, message: `key: ${credential} is none`, metadata: { error_type: "not_found" } };
  const headers = { "content-type": "application/json" };
  fake.next({ raw: { status: 400, headers, body: JSON.stringify({ error }) } });
  await send("POST", "/api/v1/byok", { provider: "openai", key: credential });
  expect(entries().map(({ endpoint, status }) => [endpoint, status])).toEqual([
    ["/api/v1/byok", "success"],
    ["/api/v1/byok/{id}", "success"],
    ["/api/v1/byok", "error"],
  ]);
  for (const entry of entries()) expect(entry).toMatchObject(nothingOfTheBodies);
  expect(entries()[2]).toMatchObject({ error_code: 400, error_type: "not_found" });
  for (const secret of [credential, "CANARY", data.id])
    expect(journalTextIn(directory)).not.toContain(secret);
});

test("a complaint about what was sent to an endpoint that nobody knows is not kept", async () => {
  const { send, fake, lastEntry, directory } = await open();
  const error = { code: 400, message: `${credential} is none`, metadata: { error_type: "invalid_request" } };
  const headers = { "content-type": "application/json" };
  fake.next({ raw: { status: 400, headers, body: JSON.stringify({ error }) } });
  await send("POST", "/api/v1/of/tomorrow", { value: credential });
  expect(lastEntry()).toMatchObject({
    event_type: "unknown_endpoint",
    error_code: 400,
    error_type: "invalid_request",
    error_message: null,
  });
  expect(journalTextIn(directory)).not.toContain(credential);
});

test.each([
  ["a preset", "POST", "/presets/CANARY/chat/completions", "/presets/{id}/chat/completions"],
  ["a secret in the vault", "PUT", "/vault/secrets/CANARY", "/vault/secrets/{id}"],
  ["a code for a key", "POST", "/auth/keys/code", "/auth/keys/code"],
  ["what a generation was asked", "GET", "/generation/content?id=CANARY", "/generation/content"],
  ["something that is yet to come", "POST", "/guardrails/CANARY/later", "/guardrails/{id}/{id}"],
])("%s is recorded by its path, in which nothing is named", async (_name, method, path, template) => {
  const { send, fake, entries, directory } = await open();
  const headers = { "content-type": "application/json" };
  fake.next({ raw: { headers, body: JSON.stringify({ id: "CANARY", usage: { cost: 9 }, key: "CANARY" }) } });
  const body = method === "GET" ? undefined : { model: "CANARY", value: "CANARY", messages: ["CANARY"] };
  await send(method, `/api/v1${path}`, body);
  expect(entries()).toMatchObject([
    { ...nothingOfTheBodies, method, endpoint: `/api/v1${template}`, status: "success", cost_usd: null },
  ]);
  expect(journalTextIn(directory)).not.toContain("CANARY");
});

test("what anybody may read of the catalogue is recorded without its content", async () => {
  const { send, entries } = await open();
  for (const path of ["/models", "/models/openai/gpt-5-mini/endpoints", "/providers", "/videos/models"])
    expect((await send("GET", `/api/v1${path}`)).status).toBe(200);
  expect(entries()).toMatchObject(
    ["/models", "/models/{id}/{id}/endpoints", "/providers", "/videos/models"].map((path) => ({
      ...nothingOfTheBodies,
      event_type: "catalogue",
      endpoint: `/api/v1${path}`,
      status: "success",
      response_bytes: expect.any(Number),
    })),
  );
});

test("administering an account costs nothing that a policy would decide about", async () => {
  const world = await openWorld({
    fake: { managementKeys: [managementKey] },
    audit: { policy: () => "never" },
  });
  const { send } = apiClients(world, managementKey);
  expect((await send("GET", "/api/v1/keys")).status).toBe(200);
  await expect(send("POST", "/api/v1/embeddings", { input: "x" })).rejects.toMatchObject({
    code: "CALL_REFUSED",
  });
});
