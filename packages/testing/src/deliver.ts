import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { Transport } from "./behaviour.ts";
import { cutPieces } from "./cut-pieces.ts";
import { gzipPieces } from "./gzip-pieces.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import { type Course, plotCourse } from "./plot-course.ts";

/** Sends an answer the way its behaviour says, and writes into the ledger what became of it. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  transport: Transport,
  entry: LedgerEntry,
  ledger: Ledger,
): Promise<void> {
  const gzip = transport.gzip === true && /\bgzip\b/.test(String(entry.headers["accept-encoding"] ?? ""));
  const encoded = gzip ? await gzipPieces(answer.pieces) : answer.pieces;
  const pieces = transport.chunkBytes === undefined ? encoded : cutPieces(encoded, transport.chunkBytes);
  const wholeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  // Header names have no case: a scripted `content-type` replaces our `Content-Type`.
  const headers = new Headers({ ...answer.headers });
  if (gzip) headers.set("content-encoding", "gzip");
  for (const [name, value] of Object.entries(transport.headers ?? {})) headers.set(name, value);

  const gone = new AbortController();
  const over = () => {
    if (gone.signal.aborted) return;
    entry.clientClosed = !ledger.closing && (entry.ended === null || entry.ended === "stalled");
    entry.ended ??= ledger.closing ? "reset" : "client_closed";
    gone.abort();
    answer.whenOver?.({
      sent: wholeBytes ? entry.bytesSent / wholeBytes : 1,
      clientClosed: entry.clientClosed,
    });
    ledger.changed();
  };
  if (response.destroyed) return over();
  response.once("close", over);

  try {
    if (transport.latencyMs) await sleep(transport.latencyMs, undefined, { signal: gone.signal });
    await send(
      response,
      { ...answer, headers: Object.fromEntries(headers) },
      plotCourse(pieces, transport),
      transport,
      entry,
      gone.signal,
    );
  } catch (error) {
    // A client that leaves interrupts whatever we were waiting for; that is recorded, not reported.
    if (!gone.signal.aborted) throw error;
  }
  // A stalled answer is over only when somebody closes the connection.
  if (entry.ended === "stalled") ledger.changed();
  else if (entry.ended) over();
}

async function send(
  response: ServerResponse,
  answer: Answer,
  course: Course,
  transport: Transport,
  entry: LedgerEntry,
  gone: AbortSignal,
): Promise<void> {
  if (course.sendsHeaders) {
    entry.status = answer.status;
    entry.generationId = answer.headers["x-generation-id"] ?? null;
    response.writeHead(answer.status, answer.headers);
    response.flushHeaders();
    // A client that shares our thread gets the time to look at the headers, so that it sees the first writes apart.
    await nextTurn();
    await nextTurn();
    if (gone.aborted) return;
  }

  for (const [index, piece] of course.pieces.entries()) {
    if (index > 0)
      await (transport.chunkDelayMs
        ? sleep(transport.chunkDelayMs, undefined, { signal: gone })
        : nextTurn());
    if (gone.aborted) return;
    entry.bytesSent += piece.length;
    // The last write and the end go together: whoever has read it all finds the exchange finished in the ledger.
    const isLast = index === course.pieces.length - 1;
    if (isLast && course.ending === "finished") break;
    const accepted = response.write(piece);
    if (!accepted) await once(response, "drain", { signal: gone });
  }

  if (course.ending === "reset") {
    // What was written must have left this process, or the reset would overtake it.
    await nextTurn();
    if (gone.aborted) return;
  }
  entry.ended = course.ending;
  if (course.ending === "finished") response.end(course.pieces.at(-1));
  if (course.ending === "reset") response.socket?.resetAndDestroy();
}
