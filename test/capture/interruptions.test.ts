import { describeChat } from "../support/describe-chat.ts";

const text = "one two three four five six seven eight nine ten";
// After the comment and seven words the server falls silent, until the client leaves.
const silent = { text, stall: { afterChunks: 8 } };
const cut = { response_complete: false, error_code: null, cost_usd: null, response_hash: expect.any(String) };
const aborted = { ...cut, status: "aborted", error_type: "AbortError", error_message: null };

describeChat([
  {
    title: "break after three pieces",
    use: { breakAfter: 3 },
    behaviours: [silent],
    entries: [aborted],
  },
  {
    title: "an application that throws in the loop",
    use: { throwAfter: 3 },
    behaviours: [silent],
    entries: [aborted],
  },
  {
    title: "an abort in the middle of a stream",
    use: { abortAfter: 7 },
    behaviours: [silent],
    entries: [aborted],
  },
  {
    title: "an abort before the headers",
    use: "abort before headers",
    behaviours: [{ stall: "before_headers" }],
    entries: [{ ...aborted, response_hash: null }],
  },
  {
    title: "an abort of an answer that stalls",
    use: { abortAfter: 1 },
    behaviours: [{ text, stall: { afterChunks: 2 } }],
    entries: [aborted],
  },
  {
    title: "an error in the middle of a stream",
    use: "stream",
    behaviours: [{ text, streamError: { error: 502 } }],
    entries: [
      {
        ...cut,
        status: "error",
        response_complete: true,
        error_code: 502,
        error_type: "provider_unavailable",
        finish_reason: "error",
      },
    ],
  },
  {
    title: "an error in the middle of a stream, and [DONE]",
    use: "stream",
    behaviours: [{ text, streamError: { error: 429, done: true } }],
    entries: [
      {
        ...cut,
        status: "error",
        response_complete: true,
        error_code: 429,
        error_type: "rate_limit_exceeded",
      },
    ],
  },
  {
    title: "an error before the first word of a stream",
    use: "stream",
    behaviours: [{ errorInside: { form: "envelope", error: 502 } }],
    entries: [{ ...cut, status: "error", response_complete: true, error_code: 502, response_hash: null }],
  },
  {
    title: "a connection that is reset in the middle of a stream",
    use: "stream",
    behaviours: [{ text, chunkDelayMs: 5, reset: { afterChunks: 5 } }],
    entries: [
      { ...cut, status: "error", error_type: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) },
    ],
  },
  {
    title: "a connection that is reset inside an answer",
    use: "whole",
    behaviours: [{ reset: { afterBytes: 50 } }],
    entries: [
      { ...cut, status: "error", error_type: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) },
    ],
  },
  {
    title: "a stream that ends without a finish reason",
    use: "stream",
    behaviours: [{ raw: { headers: { "content-type": "text/event-stream" }, body: unfinished(false) } }],
    entries: [{ ...cut, status: "error", error_type: "incomplete_answer", generation_id: "gen-1" }],
  },
  {
    title: "a stream that ends without [DONE]",
    use: "stream",
    behaviours: [{ raw: { headers: { "content-type": "text/event-stream" }, body: unfinished(true) } }],
    entries: [
      {
        ...cut,
        status: "success",
        response_complete: true,
        generation_id: "gen-1",
        finish_reason: "stop",
        error_type: null,
      },
    ],
  },
]);

function unfinished(finished: boolean): string {
  const about = {
    id: "gen-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "openai/gpt-5-mini",
    provider: "OpenAI",
  };
  const event = (content: string, finish_reason: string | null) => {
    const choices = [{ index: 0, delta: { role: "assistant", content }, finish_reason }];
    return `data: ${JSON.stringify({ ...about, choices })}\n\n`;
  };
  return event("one ", null) + event("two", finished ? "stop" : null);
}
