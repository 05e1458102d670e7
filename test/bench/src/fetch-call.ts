import { type AnswerKind, completion, events, requestBody } from "./answers.ts";

const encoder = new TextEncoder();

/** A fetch without a network: it answers at once, with a real `Response`. */
export const fakeFetches: Readonly<Record<AnswerKind, typeof fetch>> = {
  json: async () => new Response(completion, { headers: { "content-type": "application/json" } }),
  stream: async () => new Response(streamOfEvents(), { headers: { "content-type": "text/event-stream" } }),
};

/** A byte stream, as the body of a fetched response is, with one event in each of its chunks. */
function streamOfEvents(): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const event = events[next++];
      // Encoded anew: a byte stream takes the buffer away from whoever made it.
      if (event !== undefined) controller.enqueue(encoder.encode(event));
      else controller.close();
    },
  });
}

/** One call as a client makes it: sends the prompt, and reads the answer to its end. */
export function fetchCall(
  kind: AnswerKind,
  url: string,
  fetch: typeof globalThis.fetch,
): () => Promise<void> {
  const read = { json: readCompletion, stream: readStream }[kind];
  const headers = { authorization: "Bearer none", "content-type": "application/json" };
  const asked = requestBody(kind);
  return async () => {
    await read(
      await fetch(`${url}/chat/completions`, { method: "POST", headers, body: JSON.stringify(asked) }),
    );
  };
}

async function readCompletion(response: Response): Promise<void> {
  const answer = (await response.json()) as { choices: unknown[] };
  if (answer.choices.length !== 1) throw new Error("The answer is not the one that was sent.");
}

async function readStream(response: Response): Promise<void> {
  const decoder = new TextDecoder();
  let chunks = 0;
  let pending = "";
  for await (const bytes of response.body!) {
    const parts = (pending + decoder.decode(bytes, { stream: true })).split("\n\n");
    pending = parts.pop() ?? "";
    for (const part of parts) if (part !== "data: [DONE]" && JSON.parse(part.slice(6)).choices) chunks += 1;
  }
  if (chunks !== events.length - 1) throw new Error("The answer is not the one that was sent.");
}
