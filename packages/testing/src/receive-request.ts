import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Ledger, LedgerEntry } from "./ledger.ts";

/** A request that arrived: its entry in the ledger, and its body, which the ledger does not keep as bytes. */
export interface ReceivedRequest {
  readonly entry: LedgerEntry;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

// An upload may have a hundred megabytes; the ledger lives as long as the server.
const keptBytes = 1_048_576;

/** Reads a request to its end and opens its entry in the ledger; one that breaks off is entered as far as it came. */
export async function receiveRequest(incoming: IncomingMessage, ledger: Ledger): Promise<ReceivedRequest> {
  const parts: Uint8Array[] = [];
  let complete = true;
  try {
    for await (const part of incoming) parts.push(part);
  } catch {
    complete = false;
  }
  const bytes = Buffer.concat(parts);
  const isJson = /json/i.test(incoming.headers["content-type"] ?? "");
  const bodyText = (isJson ? bytes : bytes.subarray(0, keptBytes)).toString("utf8");
  const url = incoming.url ?? "/";
  const entry = ledger.open({
    method: incoming.method ?? "GET",
    path: url.replace(/\?.*$/s, ""),
    url,
    headers: incoming.headers,
    body: parsed(bodyText),
    bodyText,
    bodyBytes: bytes.length,
    bodySha256: createHash("sha256").update(bytes).digest("hex"),
  });
  if (!complete) {
    entry.ended = "client_closed";
    entry.clientClosed = true;
    ledger.changed();
  }
  return { entry, bytes };
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
