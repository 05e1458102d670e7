import type { IncomingMessage } from "node:http";
import type { Ledger, LedgerEntry } from "./ledger.ts";

/** Reads a request to its end and opens its entry in the ledger; one that breaks off is entered as far as it came. */
export async function receiveRequest(incoming: IncomingMessage, ledger: Ledger): Promise<LedgerEntry> {
  const parts: Uint8Array[] = [];
  let complete = true;
  try {
    for await (const part of incoming) parts.push(part);
  } catch {
    complete = false;
  }
  const bodyText = Buffer.concat(parts).toString("utf8");
  const url = incoming.url ?? "/";
  const entry = ledger.open({
    method: incoming.method ?? "GET",
    path: url.replace(/\?.*$/s, ""),
    url,
    headers: incoming.headers,
    body: parsed(bodyText),
    bodyText,
  });
  if (!complete) {
    entry.ended = "client_closed";
    entry.clientClosed = true;
    ledger.changed();
  }
  return entry;
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
