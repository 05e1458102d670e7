import type { Fetch } from "@openrouter-audit/core";
import type { Behaviour } from "@openrouter-audit/testing";
import { type AnyEntry, key, openWorld, type World } from "./audited-world.ts";
import { hello } from "./hello.ts";

export interface Probe {
  readonly fetch: Fetch;
  /** The URL of chat completions. */
  readonly url: string;
  readonly world: World;
}

/** Does something with the plain and with the audited fetch, expects the same of both, and returns the entries. */
export async function sameWithAudit(
  probe: (given: Probe) => Promise<unknown>,
  ...behaviours: readonly Behaviour[]
): Promise<AnyEntry[]> {
  const world = await openWorld();
  const seen: unknown[] = [];
  for (const fetch of [globalThis.fetch, world.audit.fetch]) {
    world.fake.script(behaviours);
    const before = world.fake.requests.length;
    const result = await probe({ fetch, url: `${world.fake.url}/chat/completions`, world });
    const upstream = world.fake.requests
      .slice(before)
      .map(({ method, url, headers, bodyText }) => ({ method, url, headers, bodyText }));
    seen.push({ result, upstream });
  }
  expect(seen[1]).toEqual(seen[0]);
  return world.entries();
}

/** What a chat completion is asked with. */
export function asking(changes: RequestInit = {}, body: object = hello): RequestInit {
  return {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    ...changes,
  };
}

/** An answer of which every byte is known. */
export const answer = JSON.stringify({
  id: "gen-1",
  model: "openai/gpt-5-mini",
  provider: "OpenAI",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Grüße 世界" } }],
});
export const raw = (more: Behaviour["raw"] = {}): Behaviour => ({
  raw: { headers: { "content-type": "application/json" }, body: answer, ...more },
});
