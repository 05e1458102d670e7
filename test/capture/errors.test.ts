import type { Behaviour } from "@openrouter-audit/testing";
import { type AnyEntry } from "../support/audited-world.ts";
import { type ChatScenario, describeChat } from "../support/describe-chat.ts";

const failed = { status: "error", response_complete: true, response_hash: null, total_tokens: null };
// openai waits half a second before it calls again, unless it is told.
const soon = { headers: { "retry-after-ms": "1" } };

function refusal(
  title: string,
  behaviours: readonly Behaviour[],
  entries: readonly AnyEntry[],
): ChatScenario[] {
  return (["whole", "stream"] as const).map((use) => ({
    title: `${title} (${use})`,
    use,
    behaviours,
    entries,
  }));
}

function answered(title: string, raw: NonNullable<Behaviour["raw"]>, entry: AnyEntry): ChatScenario {
  return {
    title,
    use: "whole",
    behaviours: [{ raw }],
    entries: [{ status: "error", response_complete: false, error_type: "incomplete_answer", ...entry }],
  };
}

const html = { "content-type": "text/html; charset=utf-8" };
const json = { "content-type": "application/json" };

describeChat([
  ...refusal(
    "no credits",
    [{ error: 402 }],
    [
      {
        ...failed,
        error_code: 402,
        error_type: "payment_required",
        error_message: expect.stringMatching(/^Insufficient credits/),
      },
    ],
  ),
  ...refusal(
    "a prompt that was flagged",
    [{ error: "moderation" }],
    [
      {
        ...failed,
        error_code: 403,
        error_type: "content_policy_violation",
        error_message: "Your input was flagged",
      },
    ],
  ),
  ...refusal(
    "an unknown model",
    [{ error: "model_not_found" }],
    [{ ...failed, error_code: 404, error_type: "not_found" }],
  ),
  ...refusal("too much", [{ error: 413 }], [{ ...failed, error_code: 413, error_type: "payload_too_large" }]),
  ...refusal(
    "a rate limit, then an answer",
    [{ error: 429, ...soon }, {}],
    [{ ...failed, error_code: 429, error_type: "rate_limit_exceeded" }, { status: "success" }],
  ),
  ...refusal(
    "two failures, then an answer",
    [{ error: 500, ...soon }, { error: 500, ...soon }, {}],
    [{ ...failed, error_code: 500 }, { ...failed, error_code: 500 }, { status: "success" }],
  ),
  ...refusal(
    "a failing provider, then an answer",
    [{ error: 502, ...soon }, {}],
    [{ ...failed, error_code: 502, error_type: "provider_unavailable" }, { status: "success" }],
  ),
  ...refusal(
    "an overloaded provider, then an answer",
    [{ error: 529, ...soon }, {}],
    [{ ...failed, error_code: 529, error_type: "provider_overloaded" }, { status: "success" }],
  ),
  {
    title: "an error instead of choices, with status 200",
    use: "whole",
    behaviours: [{ errorInside: { form: "envelope", error: 502 } }],
    entries: [
      { status: "error", response_complete: true, http_status: 200, error_code: 502, response_hash: null },
    ],
  },
  {
    title: "an error in a choice beside partial text, with status 200",
    use: "whole",
    behaviours: [{ errorInside: { form: "choice", error: 429 }, text: "Half of this is said." }],
    entries: [
      {
        status: "error",
        response_complete: true,
        http_status: 200,
        error_code: 429,
        finish_reason: "error",
        response_hash: expect.any(String),
      },
    ],
  },
  {
    title: "a body that is no JSON",
    use: "stream",
    behaviours: [{ raw: { headers: json, body: '{"choices": [' } }],
    entries: [{ status: "error", response_complete: false, error_type: "incomplete_answer" }],
  },
  answered("half a JSON", { headers: json, body: '{"choices": [' }, { response_hash: expect.any(String) }),
  answered("a web page", { headers: html, body: "<h1>Hello</h1>" }, { response_bytes: 14 }),
  answered(
    "JSON that is no answer",
    { headers: json, body: '{"detail": "Not here"}' },
    { response_hash: expect.any(String) },
  ),
  answered("nothing at all", { headers: json }, { response_hash: null, response_bytes: 0 }),
  answered("no content", { status: 204 }, { response_hash: null, response_bytes: 0 }),
  answered(
    "an error that is only text, with status 200",
    { headers: json, body: '{"error": "Out of order"}' },
    { response_complete: true, error_type: "unmapped", error_code: null, error_message: "Out of order" },
  ),
  {
    title: "a web page with an error status",
    use: "whole",
    behaviours: [{ raw: { status: 400, headers: html, body: "<h1>Bad Request</h1>" } }],
    entries: [{ ...failed, error_code: 400, error_type: "invalid_request", error_message: null }],
  },
  {
    title: "an error status without a body",
    use: "whole",
    behaviours: [{ raw: { status: 400 } }],
    entries: [{ ...failed, error_code: 400, response_bytes: 0 }],
  },
]);
