import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { eventOf, lastEvents } from "./answers.ts";

/** How long a streamed answer is, and how much of the model's text is in each of its chunks. */
export interface LongStream {
  readonly bytes: number;
  readonly contentLength: number;
}

const blockBytes = 64 * 1024;

/** Streams as fast as the reader reads. */
export async function longStream(
  response: ServerResponse,
  { bytes, contentLength }: LongStream,
): Promise<void> {
  const event = eventOf("a".repeat(contentLength));
  const block = event.repeat(Math.ceil(blockBytes / event.length));
  for (let written = 0; written < bytes; written += block.length) {
    if (!response.write(block)) await once(response, "drain");
  }
  response.end(lastEvents.join(""));
}
