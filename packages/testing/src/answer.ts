import type { ErrorAnswer } from "./error-answer.ts";

/** What is to be sent: the pieces are the writes of the body, before they are compressed or cut. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly Uint8Array[];
  /** Called once, when the exchange is over, with the part of the body that was sent, from 0 to 1. */
  readonly whenOver?: (end: { readonly sent: number; readonly clientClosed: boolean }) => void;
}

const bytes = (text: string | Uint8Array) => (typeof text === "string" ? Buffer.from(text, "utf8") : text);

/** A JSON body, in one piece. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    pieces: [bytes(JSON.stringify(body))],
  };
}

/** A stream of server-sent events, one piece each. */
export function eventsAnswer(events: readonly string[], headers: Readonly<Record<string, string>>): Answer {
  return {
    status: 200,
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", ...headers },
    pieces: events.map(bytes),
  };
}

/** An error from the catalogue. */
export function errorAsAnswer(error: ErrorAnswer, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonAnswer(error.status, error.body, { ...error.headers, ...headers });
}

/** A body of which every byte was scripted. */
export function rawAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | readonly (string | Uint8Array)[],
): Answer {
  const pieces = typeof body === "string" || body instanceof Uint8Array ? [body] : body;
  return { status, headers, pieces: pieces.map(bytes).filter((piece) => piece.length > 0) };
}
