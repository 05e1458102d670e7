import * as models from "@openrouter/sdk/models";
import * as errors from "@openrouter/sdk/models/errors";
import { openFake, post, type Wire } from "./open-fake.ts";

const model = "openai/gpt-5-mini";
const ask = { model, input: "Grüße an 世界 👋" };
const said = "Hello! You said: Grüße an 世界 👋";
const send = (fake: Wire, body: unknown = ask) => post(fake, "/responses", body);

describe("errors of /responses", () => {
  test.each([
    [429, errors.TooManyRequestsResponseError$inboundSchema, "rate_limit_exceeded"],
    [402, errors.PaymentRequiredResponseError$inboundSchema, "payment_required"],
  ] as const)("%s satisfies the SDK's schema and tells its type at the top", async (error, schema, type) => {
    const fake = await openFake({ script: [{ error }] });
    const response = await send(fake);
    const body = await response.text();
    const request$ = new Request(fake.url);
    schema.parse({ ...JSON.parse(body), request$, response$: new Response(body), body$: body });
    expect(response.status).toBe(error);
    expect(JSON.parse(body)).toMatchObject({ error: { code: error }, error_type: type });
  });

  test.each([
    [{ model }, "input: expected text or a list of items"],
    [{ ...ask, store: true }, "store: true is not supported"],
    [{ ...ask, previous_response_id: "resp_1" }, "previous_response_id is not supported"],
    [{ ...ask, input: ["hello"] }, "input.0: expected an object"],
    ["{", "Invalid JSON in request body"],
  ])("%j is answered with 400", async (body, message) => {
    const fake = await openFake();
    const response = await send(fake, body);
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toBe(message);
  });

  test("an error inside a status of 200 is an envelope or a failed response", async () => {
    const fake = await openFake();
    fake.next(
      { errorInside: { form: "envelope", error: 502 } },
      { errorInside: { form: "choice", error: 502 } },
    );
    expect(await (await send(fake)).json()).toMatchObject({ error: { code: 502 } });
    const failed = await (await send(fake)).json();
    models.OpenResponsesResult$inboundSchema.parse(failed);
    expect(failed).toMatchObject({ status: "failed", error_type: "provider_unavailable" });
    expect(said.startsWith(failed.output[0].content[0].text)).toBe(true);
    expect(failed.output[0].content[0].text).not.toBe(said);
  });
});
