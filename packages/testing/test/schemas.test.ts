import * as models from "@openrouter/sdk/models";
import * as errors from "@openrouter/sdk/models/errors";
import * as operations from "@openrouter/sdk/models/operations";
import { type ErrorName, errorCatalogue } from "../src/index.ts";
import { chat, eventsOf, get, hello, key, openFake } from "./open-fake.ts";

const tools = [
  { type: "function", function: { name: "look", parameters: { properties: { at: { type: "string" } } } } },
];
const management = { authorization: "Bearer sk-or-v1-management" };

test.each([
  ["a plain answer", {}, {}],
  ["a tool call", { tools }, {}],
  ["reasoning", { reasoning: { effort: "low" } }, {}],
  ["router metadata", {}, { "x-openrouter-metadata": "enabled" }],
  ["a cut answer", { max_tokens: 2 }, {}],
])("%s satisfies the SDK's schemas, whole and streamed", async (_title, extra, headers) => {
  const fake = await openFake();
  const whole = await (await chat(fake, { ...hello, ...extra }, headers)).json();
  expect(models.ChatResult$inboundSchema.parse(whole).model).toBe(hello.model);
  const stream = await (await chat(fake, { ...hello, ...extra, stream: true }, headers)).text();
  for (const event of eventsOf(stream)) models.ChatStreamChunk$inboundSchema.parse(event);
});

test.each([
  { errorInside: { form: "choice", error: 502 } },
  { cacheHit: true },
  { usage: { isByok: true, upstreamCostUsd: null } },
  { finishReason: null },
] as const)("an answer scripted as %j satisfies the SDK's schema", async (behaviour) => {
  const fake = await openFake({ script: [behaviour] });
  models.ChatResult$inboundSchema.parse(await (await chat(fake)).json());
});

test.each([
  { streamError: { error: 500 } },
  { streamError: { error: "provider_rate_limited", done: true } },
  { usageForm: "empty_delta" },
  { usageForm: "repeated_finish" },
  { errorInside: { form: "envelope", error: 429 } },
] as const)("a stream scripted as %j satisfies the SDK's schema", async (behaviour) => {
  const fake = await openFake({ script: [behaviour] });
  const stream = await (await chat(fake, { ...hello, stream: true })).text();
  for (const event of eventsOf(stream)) models.ChatStreamChunk$inboundSchema.parse(event);
});

test("models, their endpoints and their number satisfy the SDK's schemas", async () => {
  const fake = await openFake();
  const list = models.ModelsListResponse$inboundSchema.parse(await (await get(fake, "/models")).json());
  expect(list.data.map(({ id }) => id)).toContain("anthropic/claude-sonnet-4.5");
  for (const { id } of list.data) {
    models.ModelResponse$inboundSchema.parse(await (await get(fake, `/model/${id}`)).json());
    operations.ListEndpointsResponse$inboundSchema.parse(
      await (await get(fake, `/models/${id}/endpoints`)).json(),
    );
  }
  const count = models.ModelsCountResponse$inboundSchema.parse(
    await (await get(fake, "/models/count")).json(),
  );
  expect(count.data.count).toBe(list.totalCount);
});

test("key, credits, generation and activity satisfy the SDK's schemas", async () => {
  let now = Date.parse("2026-11-02T12:00:00Z");
  const fake = await openFake({
    managementKeys: ["sk-or-v1-management"],
    generationDelayMs: 0,
    now: () => now,
  });
  const { id, usage } = await (await chat(fake)).json();
  await (await chat(fake, { ...hello, stream: true, user: "ada" })).text();
  now += 86_400_000;

  const { data } = operations.GetCurrentKeyResponse$inboundSchema.parse(
    await (await get(fake, "/key")).json(),
  );
  expect(data.label).toBe(`${key.slice(0, 12)}...${key.slice(-3)}`);
  const credits = operations.GetCreditsResponse$inboundSchema.parse(
    await (await get(fake, "/credits", management)).json(),
  );
  expect(credits.data.totalUsage).toBeCloseTo(2 * usage.cost, 10);
  const record = models.GenerationResponse$inboundSchema.parse(
    await (await get(fake, `/generation?id=${id}`)).json(),
  );
  expect(record.data).toMatchObject({
    id,
    totalCost: usage.cost,
    nativeTokensPrompt: usage.prompt_tokens,
    cancelled: false,
  });
  const activity = models.ActivityResponse$inboundSchema.parse(
    await (await get(fake, "/activity", management)).json(),
  );
  expect(activity.data).toEqual([
    expect.objectContaining({ date: "2026-11-02", requests: 2, model: hello.model }),
  ]);
});

const schemaByStatus: Record<number, { parse(value: unknown): unknown }> = {
  400: errors.BadRequestResponseError$inboundSchema,
  401: errors.UnauthorizedResponseError$inboundSchema,
  402: errors.PaymentRequiredResponseError$inboundSchema,
  403: errors.ForbiddenResponseError$inboundSchema,
  404: errors.NotFoundResponseError$inboundSchema,
  408: errors.RequestTimeoutResponseError$inboundSchema,
  409: errors.ConflictResponseError$inboundSchema,
  413: errors.PayloadTooLargeResponseError$inboundSchema,
  422: errors.UnprocessableEntityResponseError$inboundSchema,
  429: errors.TooManyRequestsResponseError$inboundSchema,
  500: errors.InternalServerResponseError$inboundSchema,
  502: errors.BadGatewayResponseError$inboundSchema,
  503: errors.ServiceUnavailableResponseError$inboundSchema,
  504: errors.GatewayTimeoutResponseError$inboundSchema,
  524: errors.EdgeNetworkTimeoutResponseError$inboundSchema,
  529: errors.ProviderOverloadedResponseError$inboundSchema,
};

test.each(Object.keys(errorCatalogue) as ErrorName[])(
  "the error %s satisfies the SDK's schema",
  async (name) => {
    const fake = await openFake({ script: [{ error: name }] });
    const response = await chat(fake, hello, { "x-openrouter-metadata": "enabled" });
    const body = await response.text();
    const wire = JSON.parse(body);
    const type = models.ApiErrorType$inboundSchema.parse(wire.error.metadata.error_type);
    expect(Object.values(models.ApiErrorType)).toContain(type);
    expect(response.status).toBe(wire.error.code);
    const parsed = schemaByStatus[response.status]!.parse({
      ...wire,
      request$: new Request(fake.url),
      response$: new Response(body),
      body$: body,
    });
    expect(parsed).toMatchObject({ message: wire.error.message });
  },
);
