import { key, openFake, post, type Wire } from "./open-fake.ts";

const model = "anthropic/claude-sonnet-4.5";
const ask = { model, max_tokens: 1000, messages: [{ role: "user", content: "Grüße an 世界 👋" }] };
const send = (fake: Wire, body: unknown = ask, headers = {}) => post(fake, "/messages", body, headers);

describe("errors of /messages", () => {
  test.each([
    ["unknown_key", 401, "authentication_error", "authentication"],
    ["insufficient_credits", 402, "billing_error", "payment_required"],
    ["guardrail", 403, "permission_error", "permission_denied"],
    ["moderation", 403, "invalid_request_error", "content_policy_violation"],
    ["model_not_found", 404, "not_found_error", "not_found"],
    ["payload_too_large", 413, "invalid_request_error", "payload_too_large"],
    ["rate_limited", 429, "rate_limit_error", "rate_limit_exceeded"],
    ["internal", 500, "api_error", "server"],
    ["bad_gateway", 502, "api_error", "provider_unavailable"],
    ["edge_timeout", 524, "timeout_error", "timeout"],
    ["provider_overloaded", 529, "overloaded_error", "provider_overloaded"],
  ] as const)(
    "%s comes with status %s in Anthropic's envelope as %s",
    async (error, status, type, error_type) => {
      const fake = await openFake({ script: [{ error }] });
      const response = await send(fake);
      const body = await response.json();
      expect(response.status).toBe(status);
      expect(body).toMatchObject({ type: "error", error: { type, error_type, message: expect.any(String) } });
      expect(body.request_id).toBe(response.headers.get("x-generation-id"));
    },
  );

  test("the key may come as `x-api-key` too, here and nowhere else", async () => {
    const fake = await openFake({ managementKeys: ["sk-or-v1-m"] });
    const statusOf = async (path: string, apiKey: string) => {
      const headers = { "x-api-key": apiKey, "content-type": "application/json" };
      return (await fetch(fake.url + path, { method: "POST", headers, body: JSON.stringify(ask) })).status;
    };
    expect(await statusOf("/messages", key)).toBe(200);
    expect(await statusOf("/messages", "sk-or-v1-m")).toBe(403);
    expect(await statusOf("/messages", "sk-ant-1")).toBe(401);
    expect(await statusOf("/chat/completions", key)).toBe(401);
  });

  test("a blocked request carries router metadata when asked to", async () => {
    const fake = await openFake({ script: [{ error: "guardrail" }] });
    const body = await (await send(fake, ask, { "x-openrouter-metadata": "enabled" })).json();
    expect(body.openrouter_metadata.pipeline).toMatchObject([{ type: "guardrail" }]);
  });

  test("a request that makes no sense, a bad key and a missing model are told in the same envelope", async () => {
    const fake = await openFake();
    const problem = async (body: unknown, headers = {}) =>
      (await (await send(fake, body, headers)).json()).error;
    expect(await problem({ model })).toMatchObject({ type: "invalid_request_error" });
    expect(await problem(ask, { authorization: "Bearer none" })).toMatchObject({
      type: "authentication_error",
    });
    expect(await problem({ ...ask, model: "openai/gpt-99" })).toMatchObject({ type: "not_found_error" });
  });

  test.each(["envelope", "choice"] as const)(
    "an error inside a status of 200 (%s) is the envelope",
    async (form) => {
      const fake = await openFake({ script: [{ errorInside: { form, error: 502 } }] });
      const response = await send(fake);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        type: "error",
        error: { error_type: "provider_unavailable" },
      });
    },
  );
});
