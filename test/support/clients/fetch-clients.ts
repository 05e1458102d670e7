import { key } from "../fixed.ts";
import type { Call, Client } from "./client.ts";
import { type Operation, type OperationName, operations } from "./operations.ts";

type Arguments = readonly [url: string, init: RequestInit];

/** The two ways to call fetch itself: they have every operation. */
export const fetchClients: readonly Client[] = [
  fetchClient("fetch(url, init)", (fetch, [url, init]) => fetch(url, init)),
  fetchClient("fetch(Request)", (fetch, [url, init]) => fetch(new Request(url, init))),
];

function fetchClient(
  name: string,
  send: (fetch: Call["fetch"], request: Arguments) => Promise<Response>,
): Client {
  const names = Object.keys(operations) as OperationName[];
  const streamed = names.filter((each) => (operations[each] as Operation).streams);
  return {
    name,
    takesAnyBody: true,
    retries: () => false,
    whole: tableOf(names, (operation) => async (call: Call) => {
      return wholeAnswer(await send(call.fetch, target(operation, call, false)));
    }),
    stream: tableOf(streamed, (operation) => async (call: Call) => {
      return events(await send(call.fetch, target(operation, call, true)));
    }),
  };
}

function tableOf<T>(names: readonly OperationName[], make: (operation: Operation) => T) {
  return Object.fromEntries(names.map((name) => [name, make(operations[name])]));
}

/** What to call fetch, or make a `Request`, with. */
export function target(
  { method, path, form }: Operation,
  call: Omit<Call, "fetch">,
  stream: boolean,
): Arguments {
  const headers = { authorization: `Bearer ${key}` };
  const url = call.origin + path.replace("{id}", call.id ?? "");
  if (method === "GET") return [url, { headers, signal: call.signal }];
  if (form) return [url, { method, headers, body: form(call.body), signal: call.signal }];
  const body = JSON.stringify({ ...call.body, ...(stream && { stream }) });
  return [
    url,
    { method, headers: { ...headers, "content-type": "application/json" }, body, signal: call.signal },
  ];
}

async function wholeAnswer(response: Response): Promise<unknown> {
  const { status, statusText, ok, url, type, redirected, headers } = response;
  const body = Buffer.from(await response.arrayBuffer()).toString("latin1");
  return { status, statusText, ok, url, type, redirected, headers, body };
}

/** The data of each server-sent event, however the bytes arrive. A refusal is thrown unread, as many applications do. */
function events(response: Response): AsyncIterable<string> {
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return dataOf(response.body!);
}

async function* dataOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length).trimEnd();
  }
}
