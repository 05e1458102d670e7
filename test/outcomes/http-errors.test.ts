import type { ErrorStatus } from "@openrouter-audit/testing";
import { openWorld } from "../support/audited-world.ts";
import { answering, call, forms, noUsage, outcome, ways } from "./forms.ts";

/** Every documented code, and the type that OpenRouter gives its most usual error. */
const documented: readonly (readonly [code: ErrorStatus, type: string])[] = [
  [400, "invalid_request"],
  [401, "authentication"],
  [402, "payment_required"],
  [403, "content_policy_violation"],
  [404, "not_found"],
  [408, "timeout"],
  [409, "precondition_failed"],
  [413, "payload_too_large"],
  [422, "unprocessable"],
  [429, "rate_limit_exceeded"],
  [500, "server"],
  [502, "provider_unavailable"],
  [503, "provider_overloaded"],
  [504, "timeout"],
  [524, "timeout"],
  [529, "provider_overloaded"],
];

const refused = (code: number, error_type: string) => ({
  ...{ status: "error", http_status: code, error_code: code, error_type },
  ...{ response_complete: true, usage: noUsage },
});

describe.each(ways)("$way", (way) => {
  test.each(documented)("HTTP %i is one entry, and its type is %s", async (code, type) => {
    const world = await openWorld();
    world.fake.next({ error: code });
    await call(world, way);
    const [entry, ...others] = world.entries();
    expect(outcome(entry)).toEqual(refused(code, type));
    expect(entry).toMatchObject({
      ...{ event_type: way.eventType, stream: way.stream, response_hash: null },
      generation_id: world.fake.requests[0]!.generationId,
      error_message: expect.any(String),
    });
    expect(others).toEqual([]);
  });
});

/** OpenRouter's stable list: openrouter.ai/docs, "Errors"; `ApiErrorType` of @openrouter/sdk. */
const stableTypes = [
  ..."context_length_exceeded max_tokens_exceeded token_limit_exceeded string_too_long".split(" "),
  ..."authentication permission_denied payment_required rate_limit_exceeded".split(" "),
  ..."provider_overloaded provider_unavailable invalid_request invalid_prompt not_found".split(" "),
  ..."precondition_failed payload_too_large unprocessable content_policy_violation refusal".split(" "),
  ..."invalid_image image_too_large image_too_small unsupported_image_format image_not_found".split(" "),
  ..."image_download_failed server timeout unmapped".split(" "),
];

test.each(forms)("each of the 27 stable types is kept where $form has it", async (form) => {
  const world = await openWorld();
  expect(stableTypes).toHaveLength(27);
  for (const type of stableTypes) {
    const { raw } = answering(form.errorBody(type));
    world.fake.next({ raw: { ...raw, status: 400 } });
    await call(world, { ...form, stream: false });
    expect(outcome(world.lastEntry())).toEqual(refused(400, type));
  }
});

test("a gateway that answers with a page of its own has the word for its code", async () => {
  const world = await openWorld();
  const words = new Map<number, string>([...documented, [403, "permission_denied"], [409, "unmapped"]]);
  words.set(503, "provider_unavailable");
  for (const [status, word] of words) {
    world.fake.next({ raw: { status, headers: { "content-type": "text/html" }, body: "<h1>Sorry</h1>" } });
    await call(world, ways[0]!);
    expect(outcome(world.lastEntry())).toEqual(refused(status, word));
  }
});

test("an error of which only availability is told has its status for a code, and says what ruled the model out", async () => {
  const world = await openWorld();
  const availability = { code: "privacy_restricted", retryable: false, excluded_by: "data_policy:zdr" };
  const error = { message: "No", error_type: "not_found", http_status: 404, availability };
  for (const form of forms) {
    for (const status of [404, 200]) {
      const { raw } = answering({ error });
      world.fake.next({ raw: { ...raw, status } });
      await call(world, { ...form, stream: false });
      expect(outcome(world.lastEntry())).toEqual({ ...refused(404, "not_found"), http_status: status });
      expect(world.lastEntry().unavailable).toEqual({
        code: "privacy_restricted",
        excluded_by: "data_policy:zdr",
      });
    }
  }
});

test("Anthropic's types are told in OpenRouter's words", async () => {
  const world = await openWorld();
  const words: readonly [string, string][] = [
    ["invalid_request_error", "invalid_request"],
    ["authentication_error", "authentication"],
    ["billing_error", "payment_required"],
    ["permission_error", "permission_denied"],
    ["not_found_error", "not_found"],
    ["request_too_large", "payload_too_large"],
    ["rate_limit_error", "rate_limit_exceeded"],
    ["timeout_error", "timeout"],
    ["api_error", "server"],
    ["overloaded_error", "provider_overloaded"],
    ["a_word_of_tomorrow", "a_word_of_tomorrow"],
  ];
  for (const [type, word] of words) {
    world.fake.next({
      raw: { ...answering({ type: "error", error: { type, message: "No" } }).raw, status: 418 },
    });
    await call(world, ways[4]!);
    expect(outcome(world.lastEntry())).toEqual(refused(418, word));
  }
});
