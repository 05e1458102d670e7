import type { IncomingMessage } from "node:http";
import type { Ledger, LedgerEntry } from "./ledger.ts";

/** Reads a request to its end and opens its entry in the ledger; `undefined` when the client left before that. */
export async function receiveRequest(
  incoming: IncomingMessage,
  ledger: Ledger,
): Promise<LedgerEntry | undefined> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of incoming) parts.push(part);
  } catch {
    return undefined;
  }
  const bodyText = Buffer.concat(parts).toString("utf8");
  const url = incoming.url ?? "/";
  return ledger.open({
    method: incoming.method ?? "GET",
    path: url.replace(/\?.*$/s, ""),
    url,
    headers: incoming.headers,
    body: parsed(bodyText),
    bodyText,
  });
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
