import type { Fetch } from "@openrouter-audit/core";
import type { Behaviour, RecordedRequest } from "@openrouter-audit/testing";
import { type AnyEntry, openWorld } from "./audited-world.ts";

export interface Given {
  readonly fetch: Fetch;
  /** `…/api/v1` of the fake server. */
  readonly url: string;
  readonly origin: string;
}

/**
 * Lets an application use a client with the plain fetch and then, as ada, with the audited one. It must see the same, and
 * OpenRouter too; and each request upstream must have its entry. Returns the entries.
 */
export async function sameAnswer(
  use: (given: Given) => Promise<unknown>,
  ...behaviours: readonly Behaviour[]
): Promise<AnyEntry[]> {
  const { fake, audit, entries, problems } = await openWorld();
  const given = { url: fake.url, origin: fake.origin };
  fake.script(behaviours);
  const plain = await use({ ...given, fetch: globalThis.fetch });
  const plainly = fake.requests.slice();
  fake.script(behaviours);
  const audited = await audit.run({ userId: "ada" }, () => use({ ...given, fetch: audit.fetch }));
  const requests = fake.requests.slice(plainly.length);

  expect(withoutIds(audited)).toEqual(withoutIds(plain));
  expect(withoutIds(requests.map(seenUpstream))).toEqual(withoutIds(plainly.map(seenUpstream)));
  expect(problems).toEqual([]);
  const found = entries();
  expect(found).toEqual(requests.map((request) => expect.objectContaining(inWordsOfEntry(request))));
  return found;
}

const seenUpstream = ({ method, url, headers, bodyText, status }: RecordedRequest) => {
  return { method, url, headers, bodyText, status };
};

function inWordsOfEntry(request: RecordedRequest): AnyEntry {
  const { method, status, generationId, headers, body, bodyBytes } = request;
  const { model, stream = false } = (body ?? {}) as { model?: string; stream?: boolean };
  const { ok } = new Response(null, { status: status! });
  return {
    user_id: "ada",
    attribution: { how: "authenticated", source: "context" },
    method,
    http_status: status,
    status: ok ? "success" : "error",
    response_complete: true,
    generation_id: generationId,
    // Of a form its values are counted: the boundary is fetch's own.
    ...(!headers["content-type"]?.startsWith("multipart/") && { request_bytes: bodyBytes }),
    prompt_hash: expect.stringMatching(/^hmac-sha256:/),
    response_hash: ok ? expect.stringMatching(/^hmac-sha256:/) : null,
    ...(model && { model, stream }),
  };
}

/** What the server and the clients make up anew each time is not part of what is compared. */
function withoutIds(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
    .replaceAll(/\b(gen|resp|msg|call|fc|rs)[-_][\w-]+/g, "$1-id")
    .replaceAll(/----formdata-undici-\d+/g, "boundary");
  return JSON.parse(text);
}

/** The calls that the entries are of: each with the turns and attempts it had. */
export function callsIn(entries: readonly AnyEntry[]): [turn: number, attempt: number][][] {
  const calls = new Map<string, [number, number][]>();
  for (const { call_id, turn, attempt } of entries)
    calls.set(call_id, [...(calls.get(call_id) ?? []), [turn, attempt]]);
  return [...calls.values()];
}

/** All that an asynchronous iterable gives. */
export async function allOf<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}
