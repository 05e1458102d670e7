import type { IncomingHttpHeaders } from "node:http";

/**
 * How an exchange ended, as the server saw it: everything was sent; the client went away first; the server reset the
 * connection; the server fell silent, whatever happened after that.
 */
export type Ending = "finished" | "client_closed" | "reset" | "stalled";

/** One request in the server's ledger. It is filled in while the request is answered. */
export interface RecordedRequest {
  /** Its place among all requests, from 0, in order of arrival. */
  readonly index: number;
  readonly method: string;
  /** The path without its query, e.g. `/api/v1/chat/completions`. */
  readonly path: string;
  /** The path with its query, as it was asked for. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, parsed when it is JSON, as text when it is not, `undefined` when there is none. */
  readonly body: unknown;
  /** The body as it arrived, read as UTF-8; of one that is not said to be JSON at most the first mebibyte. */
  readonly bodyText: string;
  /** Length of the body as it arrived. */
  readonly bodyBytes: number;
  /** SHA-256 of the body as it arrived, in hexadecimal digits. */
  readonly bodySha256: string;
  readonly receivedAtMs: number;
  /** The HTTP status, `null` as long as no headers were sent. */
  readonly status: number | null;
  /** `X-Generation-Id` of the answer, `null` when it had none or no headers were sent. */
  readonly generationId: string | null;
  /** `null` as long as the exchange goes on. */
  readonly ended: Ending | null;
  /** Whether the client closed the connection before the answer was complete; also tells when a stall was given up. */
  readonly clientClosed: boolean;
  /** Bytes of the body handed to the connection, compressed if the body is, without the framing of HTTP. */
  readonly bytesSent: number;
}
