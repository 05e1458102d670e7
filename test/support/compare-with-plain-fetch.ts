import { types } from "node:util";
import { digestPrompt } from "@openrouter-audit/core";
import type { Behaviour, RecordedRequest } from "@openrouter-audit/testing";
import { type AnyEntry, openWorld, secret, until, type World } from "./audited-world.ts";
import { type ChatBody, type ChatClient, chatClients } from "./chat-clients.ts";

/** What the application does with an answer. */
export type Use =
  | "whole"
  | "stream"
  | "abort before headers"
  | { readonly breakAfter: number }
  | { readonly throwAfter: number }
  | { readonly abortAfter: number };

export interface Scenario {
  readonly title: string;
  readonly use: Use;
  /** One for each attempt. */
  readonly behaviours: readonly Behaviour[];
  readonly body?: Partial<ChatBody>;
  /** What the entry of each attempt says, beside what every entry says. */
  readonly entries: readonly AnyEntry[];
}

export const hello: ChatBody = {
  model: "openai/gpt-5-mini",
  messages: [{ role: "user", content: "Grüße an 世界 👋" }],
};

/** Runs each scenario with each client twice: the application must see the same, and the journal what happened. */
export function describeScenarios(scenarios: readonly Scenario[]): void {
  describe.each(chatClients)("$name", (client) => {
    test.each(scenarios)("$title", async (scenario) => {
      const world = await openWorld();
      const plain = await observed(client, world, scenario, globalThis.fetch);
      expect(world.entries()).toEqual([]);
      const audited = await observed(client, world, scenario, world.audit.fetch);
      expect(audited).toEqual(plain);

      const requests = world.fake.requests.slice(plain.upstream.length);
      const entries = world.entries();
      expect(entries).toHaveLength(requests.length);
      for (const [index, entry] of entries.entries()) {
        const always = everyEntry(requests[index]!, index, scenario.behaviours[index]!);
        expect(entry).toMatchObject({ ...always, ...scenario.entries[index] });
      }
      expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(1);
      const again = client.retries(entries[0].http_status ?? 0);
      expect(entries).toHaveLength(again ? scenario.entries.length : 1);
      expect(world.problems).toEqual([]);
    });
  });
}

function everyEntry(request: RecordedRequest, index: number, { gzip, streamError }: Behaviour): AnyEntry {
  const body = request.body as ChatBody;
  // Bytes are counted after decoding, and up to the error that ended the answer.
  const whole = request.ended === "finished" && !gzip && !streamError;
  return {
    event_type: "chat_completion",
    user_id: null,
    attribution: { how: "no_context", source: null },
    method: "POST",
    endpoint: "/api/v1/chat/completions",
    attempt: index + 1,
    model: body.model,
    stream: body.stream,
    generation_id: request.generationId,
    http_status: request.status,
    request_bytes: Buffer.byteLength(request.bodyText),
    prompt_hash: digestPrompt(body.messages, { secret }),
    ...(whole && { response_bytes: request.bytesSent }),
  };
}

async function observed(
  client: ChatClient,
  { fake }: World,
  scenario: Scenario,
  fetch: typeof globalThis.fetch,
) {
  const { use, behaviours } = scenario;
  const before = fake.requests.length;
  fake.script(behaviours);
  const controller = new AbortController();
  const call = { fetch, url: fake.url, body: { ...hello, ...scenario.body }, signal: controller.signal };
  const pieces: unknown[] = [];
  let result: unknown = null;
  let error: unknown = null;
  try {
    if (use === "abort before headers") {
      void fake.received(before + 1).then(() => controller.abort());
      result = await client.whole(call);
    } else if (use === "whole") result = await client.whole(call);
    else for await (const piece of await client.stream(call)) take(piece, pieces, use, controller);
  } catch (caught) {
    error = caught === stop ? null : described(caught);
  }
  await until(() => fake.requests.slice(before).every(isOver));
  const upstream = fake.requests.slice(before).map(seenUpstream);
  return JSON.parse(withoutIds({ result, pieces, error, upstream })) as { upstream: unknown[] };
}

const stop = new Error("break");

function take(piece: unknown, pieces: unknown[], use: Use, controller: AbortController): void {
  pieces.push(piece);
  if (typeof use !== "object") return;
  // Leaving `for await` by an exception and by `break` are the same to the stream.
  if ("breakAfter" in use && pieces.length === use.breakAfter) throw stop;
  if ("throwAfter" in use && pieces.length === use.throwAfter)
    throw new RangeError("The application failed.");
  if ("abortAfter" in use && pieces.length === use.abortAfter) controller.abort();
}

function isOver({ ended, clientClosed }: RecordedRequest): boolean {
  return ended === "stalled" ? clientClosed : ended !== null;
}

function seenUpstream({ method, url, headers, bodyText, status, ended, clientClosed }: RecordedRequest) {
  return { method, url, headers, bodyText, status, ended, clientClosed };
}

function described(error: unknown): unknown {
  if (!types.isNativeError(error) && !(error instanceof DOMException))
    return error === undefined ? null : String(error);
  const { name, message, stack: _stack, cause } = error;
  const { status, statusCode, code, type } = error as unknown as Record<string, unknown>;
  const className = error.constructor.name;
  return { className, name, message, status, statusCode, code, type, cause: described(cause) };
}

function withoutIds(value: unknown): string {
  return JSON.stringify(value).replaceAll(/gen-\d+-[A-Za-z0-9]{20}/g, "gen-id");
}
