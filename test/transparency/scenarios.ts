import type { Behaviour } from "@openrouter-audit/testing";
import type { AnyEntry } from "../support/audited-world.ts";
import { type Operation, type OperationName, operations } from "../support/clients/operations.ts";
import type { Scenario, Use } from "../support/scenario.ts";

/** A scenario for any operation. */
interface Course {
  readonly title: string;
  readonly use: Use;
  readonly behaviours: readonly Behaviour[];
  readonly entries: readonly AnyEntry[];
  /** For those operations only. */
  readonly only?: readonly OperationName[];
}

const success = { status: "success", response_complete: true, error_type: null };
const cut = { response_complete: false, error_code: null };
const aborted = { ...cut, status: "aborted", error_type: "AbortError" };
const connectionLost = {
  status: "error",
  error_type: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
};
const failed = (code: number, type: string) => ({
  status: "error",
  response_complete: true,
  http_status: code,
  error_code: code,
  error_type: type,
});
// Clients wait half a second before they call again, unless they are told.
const soon = { headers: { "retry-after-ms": "1" } };
const text = "one two three four five six seven eight nine ten";

const wholeCourses: readonly Course[] = [
  { title: "answered", use: "whole", behaviours: [{}], entries: [success] },
  {
    title: "in pieces of a few bytes",
    use: "whole",
    behaviours: [{ chunkBytes: [1, 2, 3, 5, 8, 13] }],
    entries: [success],
  },
  { title: "compressed", use: "whole", behaviours: [{ gzip: true, chunkBytes: 7 }], entries: [success] },
  {
    title: "slow",
    use: "whole",
    behaviours: [{ latencyMs: 20, chunkBytes: 40, chunkDelayMs: 1 }],
    entries: [success],
  },
  {
    title: "refused for want of credits",
    use: "whole",
    behaviours: [{ error: 402 }],
    entries: [failed(402, "payment_required")],
  },
  {
    title: "over the rate limit, then answered",
    use: "whole",
    behaviours: [{ error: 429, ...soon }, {}],
    entries: [failed(429, "rate_limit_exceeded"), success],
  },
  {
    title: "without a provider twice, then answered",
    use: "whole",
    behaviours: [{ error: 503, ...soon }, { error: 503, ...soon }, {}],
    entries: [failed(503, "provider_overloaded"), failed(503, "provider_overloaded"), success],
  },
  {
    title: "an error with status 200",
    use: "whole",
    behaviours: [{ errorInside: { form: "envelope", error: 502 } }],
    entries: [
      { status: "error", response_complete: true, http_status: 200, error_type: "provider_unavailable" },
    ],
    only: ["chat", "completion", "response", "message", "embedding", "rerank", "image"],
  },
  {
    title: "reset before the headers",
    use: "whole",
    behaviours: [{ reset: "before_headers" }, {}],
    entries: [{ ...connectionLost, http_status: null, response_complete: false }, success],
    // Each kind of body once: clients wait half a second after it.
    only: ["chat", "response", "message", "embedding", "fileUpload", "models"],
  },
  {
    title: "reset in the body",
    use: "whole",
    behaviours: [{ chunkBytes: 10, chunkDelayMs: 5, reset: { afterBytes: 20 } }, {}],
    entries: [{ ...cut, ...connectionLost }, success],
  },
  {
    title: "aborted before the headers",
    use: "abort before headers",
    behaviours: [{ stall: "before_headers" }],
    entries: [{ ...aborted, http_status: null }],
  },
  {
    title: "aborted in the body",
    use: "abort in the body",
    behaviours: [{ chunkBytes: 10, stall: { afterBytes: 10 } }],
    entries: [aborted],
  },
];

const streamCourses: readonly Course[] = [
  { title: "streamed", use: "stream", behaviours: [{}], entries: [success] },
  {
    title: "streamed in pieces of a few bytes",
    use: "stream",
    behaviours: [{ chunkBytes: [1, 2, 3, 5, 8, 13] }],
    entries: [success],
  },
  {
    title: "streamed in one piece",
    use: "stream",
    behaviours: [{ chunkBytes: 1_000_000 }],
    entries: [success],
  },
  {
    title: "streamed and compressed",
    use: "stream",
    behaviours: [{ gzip: true, chunkBytes: 7 }],
    entries: [success],
  },
  {
    title: "streamed slowly, after many comments",
    use: "stream",
    behaviours: [{ comments: 20, chunkDelayMs: 1 }],
    entries: [success],
  },
  {
    title: "a stream that is refused",
    use: "stream",
    behaviours: [{ error: 402 }],
    entries: [failed(402, "payment_required")],
  },
  {
    title: "a stream over the rate limit, then answered",
    use: "stream",
    behaviours: [{ error: 429, ...soon }, {}],
    entries: [failed(429, "rate_limit_exceeded"), success],
  },
  {
    title: "a stream that is left",
    use: { breakAfter: 2 },
    behaviours: [{ text, stall: { afterChunks: 5 } }],
    entries: [aborted],
  },
  {
    title: "a stream whose reader fails",
    use: { throwAfter: 2 },
    behaviours: [{ text, stall: { afterChunks: 5 } }],
    entries: [aborted],
  },
  {
    title: "a stream that is aborted",
    use: { abortAfter: 2 },
    behaviours: [{ text, stall: { afterChunks: 5 } }],
    entries: [aborted],
  },
  {
    title: "a stream with an error in its middle",
    use: "stream",
    behaviours: [{ text, streamError: { error: 502 } }],
    entries: [
      { status: "error", response_complete: true, http_status: 200, error_type: "provider_unavailable" },
    ],
  },
  {
    title: "a stream with an error before its first word",
    use: "stream",
    behaviours: [{ errorInside: { form: "envelope", error: 429 } }],
    entries: [
      { status: "error", response_complete: true, http_status: 200, error_type: "rate_limit_exceeded" },
    ],
  },
  {
    title: "a stream that is reset",
    use: "stream",
    behaviours: [{ text, chunkDelayMs: 5, reset: { afterChunks: 4 } }],
    entries: [{ ...cut, ...connectionLost }],
  },
  {
    title: "a stream that ends too early",
    use: "stream",
    behaviours: [
      { raw: { headers: { "content-type": "text/event-stream" }, body: ": OPENROUTER PROCESSING\n\n" } },
    ],
    entries: [{ ...cut, status: "error", error_type: "incomplete_answer" }],
  },
];

/** Every operation on every course that it can take. */
export const scenarios: readonly Scenario[] = (Object.keys(operations) as OperationName[]).flatMap(
  (operation) => {
    const { streams, answer }: Operation = operations[operation];
    return [...wholeCourses, ...(streams ? streamCourses : [])]
      .filter(({ only }) => !only || only.includes(operation))
      .map(({ title, use, behaviours, entries }) => ({
        title: `${operation}: ${title}`,
        operation,
        use,
        entries,
        behaviours: answer
          ? behaviours.map((each) => (each.error ? each : { raw: answer, ...each }))
          : behaviours,
      }));
  },
);
