import { createHash } from "node:crypto";
import * as models from "@openrouter/sdk/models";
import * as operations from "@openrouter/sdk/models/operations";
import { chat, get, hello, openFake, post } from "./open-fake.ts";
import { manage, managementKey, send } from "./send.ts";

const openManaged = () => openFake({ managementKeys: [managementKey] });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("a key", () => {
  test("is told once, when it is created, and works from then on", async () => {
    const fake = await openFake({ managementKeys: [managementKey], apiKeys: [] });
    const created = await manage(fake, "POST", "/keys", { name: "checkout", limit: 5, limit_reset: "daily" });
    expect(created.status).toBe(201);
    const body = await created.json();
    const { data, key } = operations.CreateKeysResponse$inboundSchema.parse(body);
    expect(key).toMatch(/^sk-or-v1-[0-9a-f]{64}$/);
    expect(data).toMatchObject({ name: "checkout", hash: sha256(key), limit: 5, limitReset: "daily" });
    expect(data.label).toBe(`${key.slice(0, 12)}...${key.slice(-3)}`);
    expect((await chat(fake, hello, bearer(key))).status).toBe(200);
    expect((await chat(fake)).status).toBe(401);

    const listed = await (await manage(fake, "GET", "/keys")).text();
    expect(operations.ListResponse$inboundSchema.parse(JSON.parse(listed)).data).toEqual([data]);
    const read = await (await manage(fake, "GET", `/keys/${data.hash}`)).text();
    operations.GetKeyResponse$inboundSchema.parse(JSON.parse(read));
    expect(listed + read).not.toContain(key);
  });

  test("does not work when it is disabled or deleted", async () => {
    const fake = await openManaged();
    const { key, data } = await (await manage(fake, "POST", "/keys", { name: "a" })).json();
    const changed = await (await manage(fake, "PATCH", `/keys/${data.hash}`, { disabled: true })).json();
    operations.UpdateKeysResponse$inboundSchema.parse(changed);
    expect(changed.data).toMatchObject({ name: "a", disabled: true, updated_at: expect.any(String) });
    expect((await chat(fake, hello, bearer(key))).status).toBe(401);
    expect((await (await manage(fake, "GET", "/keys")).json()).data).toEqual([]);
    expect((await (await manage(fake, "GET", "/keys?include_disabled=true")).json()).data).toHaveLength(1);

    await manage(fake, "PATCH", `/keys/${data.hash}`, { disabled: false });
    expect((await chat(fake, hello, bearer(key))).status).toBe(200);
    const deleted = await (await manage(fake, "DELETE", `/keys/${data.hash}`)).json();
    operations.DeleteKeysResponse$inboundSchema.parse(deleted);
    expect((await chat(fake, hello, bearer(key))).status).toBe(401);
    expect((await manage(fake, "GET", `/keys/${data.hash}`)).status).toBe(404);
  });
});

test("a provider's credentials are told in the request, and only their mask is given back", async () => {
  const fake = await openManaged();
  const secret = "sk-proj-abcdefghijklmnop";
  const created = await manage(fake, "POST", "/byok", { provider: "openai", key: secret, is_fallback: true });
  expect(created.status).toBe(201);
  const text = await created.text();
  expect(text).not.toContain(secret);
  const { data } = models.CreateBYOKKeyResponse$inboundSchema.parse(JSON.parse(text));
  expect(data).toMatchObject({ provider: "openai", label: "sk-...nop", isFallback: true, sortOrder: 0 });
  const change = { key: "sk-other-xyz", disabled: true };
  const changed = await (await manage(fake, "PATCH", `/byok/${data.id}`, change)).json();
  expect(models.UpdateBYOKKeyResponse$inboundSchema.parse(changed).data).toMatchObject({
    label: "sk-...xyz",
    disabled: true,
    isFallback: true,
  });
  const list = await (await manage(fake, "GET", "/byok")).json();
  expect(models.ListBYOKKeysResponse$inboundSchema.parse(list).totalCount).toBe(1);
  models.GetBYOKKeyResponse$inboundSchema.parse(await (await manage(fake, "GET", `/byok/${data.id}`)).json());
  const deleted = await (await manage(fake, "DELETE", `/byok/${data.id}`)).json();
  models.DeleteBYOKKeyResponse$inboundSchema.parse(deleted);
  expect((await manage(fake, "GET", `/byok/${data.id}`)).status).toBe(404);
});

test("guardrails are created, listed in pages, changed and deleted", async () => {
  const fake = await openManaged();
  const filters = [{ pattern: "\\d{16}", action: "redact", label: "card" }];
  const body = { name: "production", enforce_zdr: true, limit_usd: 10, content_filters: filters };
  const created = await manage(fake, "POST", "/guardrails", body);
  expect(created.status).toBe(201);
  const { data } = models.CreateGuardrailResponse$inboundSchema.parse(await created.json());
  expect(data).toMatchObject({ name: "production", enforceZdr: true, limitUsd: 10 });
  await manage(fake, "POST", "/guardrails", { name: "second" });
  const list = await (await manage(fake, "GET", "/guardrails?limit=1&offset=1")).json();
  expect(models.ListGuardrailsResponse$inboundSchema.parse(list)).toMatchObject({
    totalCount: 2,
    data: [{ name: "second" }],
  });
  const changed = await (await manage(fake, "PATCH", `/guardrails/${data.id}`, { limit_usd: 20 })).json();
  expect(models.UpdateGuardrailResponse$inboundSchema.parse(changed).data).toMatchObject({
    name: "production",
    limitUsd: 20,
  });
  models.DeleteGuardrailResponse$inboundSchema.parse(
    await (await manage(fake, "DELETE", `/guardrails/${data.id}`)).json(),
  );
});

test.each(["/keys", "/byok", "/guardrails"])("%s is for management keys, and complains", async (path) => {
  const fake = await openManaged();
  expect((await get(fake, path)).status).toBe(403);
  expect((await send(fake, "POST", path, { name: "a" }, { authorization: "" })).status).toBe(401);
  expect((await manage(fake, "POST", path, {})).status).toBe(400);
  expect((await manage(fake, "PATCH", `${path}/none`, { name: "b" })).status).toBe(404);
  fake.next({ error: 429 });
  expect((await manage(fake, "GET", path)).status).toBe(429);
});

describe("an authorization code", () => {
  const verifier = "a-long-random-verifier";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const ask = {
    callback_url: "http://localhost:3000",
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const nobody = { authorization: "" };

  test("is good for one key, without any key", async () => {
    const fake = await openFake({ apiKeys: ["sk-or-v1-mine"] });
    const answer = await (await post(fake, "/auth/keys/code", ask, bearer("sk-or-v1-mine"))).json();
    const { data } = operations.CreateAuthKeysCodeResponse$inboundSchema.parse(answer);
    const exchange = { code: data.id, code_verifier: verifier, code_challenge_method: "S256" };
    const exchanged = await post(fake, "/auth/keys", exchange, nobody);
    const { key } = operations.ExchangeAuthCodeForAPIKeyResponse$inboundSchema.parse(await exchanged.json());
    expect((await get(fake, "/key", bearer(key))).status).toBe(200);
    expect((await post(fake, "/auth/keys", exchange, nobody)).status).toBe(403);
  });

  test("needs its verifier, and expires after ten minutes", async () => {
    let now = 1_790_000_000_000;
    const fake = await openFake({ now: () => now });
    const { data } = await (await post(fake, "/auth/keys/code", ask)).json();
    const exchange = (fields: object) => post(fake, "/auth/keys", { code: data.id, ...fields }, nobody);
    expect((await exchange({ code_verifier: "wrong" })).status).toBe(403);
    expect((await exchange({ code_verifier: verifier, code_challenge_method: "plain" })).status).toBe(400);
    now += 600_001;
    const late = await exchange({ code_verifier: verifier });
    expect([late.status, (await late.json()).error.message]).toEqual([403, "Authorization code expired"]);
  });
});
