import { createHash } from "node:crypto";
import { BodyReader } from "../../src/capture/bodies/body-reader.ts";
import type { AnswerDescription } from "../../src/capture/endpoints/endpoint.ts";
import { endpointNamed } from "../../src/capture/endpoints/endpoints.ts";

/** What was read of an answer, with what decides its outcome. */
export type ReadAnswer = AnswerDescription & { readonly begun: boolean; readonly ended: boolean };

/** Reads the bytes of an answer in pieces of these sizes. */
export function readBytes(
  eventType: string,
  contentType: string,
  body: string,
  sizes: readonly number[] = [1_000_000],
  inOrder = true,
): ReadAnswer {
  const answer = endpointNamed(eventType)!.readAnswer();
  const reader = new BodyReader(answer, contentType);
  const bytes = Buffer.from(body);
  for (let start = 0, piece = 0; start < bytes.length; piece++) {
    const end = start + sizes[piece % sizes.length]!;
    reader.add(bytes.subarray(start, end));
    start = end;
  }
  reader.end(inOrder);
  return { ...answer.describe(), begun: answer.begun, ended: answer.ended };
}

/** Reads an answer that was not streamed. */
export function readWhole(eventType: string, body: unknown): ReadAnswer {
  return readBytes(eventType, "application/json", JSON.stringify(body));
}

/** Reads a stream with these events; `[DONE]` and other texts are sent as they are. */
export function readStream(
  eventType: string,
  events: readonly unknown[],
  sizes?: readonly number[],
  inOrder = true,
): ReadAnswer {
  return readBytes(eventType, "text/event-stream", sse(events), sizes, inOrder);
}

/** The events as they travel. */
export function sse(events: readonly unknown[]): string {
  return events
    .map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`)
    .join("");
}

/** Cuts a text anywhere between its UTF-16 units, also inside a character. */
export function cut(whole: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < whole.length; ) {
    const end = start + lengths[pieces.length % lengths.length]!;
    pieces.push(whole.slice(start, end));
    start = end;
  }
  return pieces;
}

/** h of docs/entry-format.md, written down once more: of a text, its UTF-8 bytes. */
export const h = (text: string): string =>
  createHash("sha256").update(Buffer.from(text.toWellFormed(), "utf8")).digest("hex");
