import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { CacheHit } from "./behaviour.ts";

/** What the cache says about one request. `hit` means that nothing was generated: all counters are zero. */
export interface CacheVerdict {
  readonly hit: boolean;
  readonly sourceId: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const untouched: CacheVerdict = { hit: false, sourceId: null, headers: {} };
const usualTtlSeconds = 300;

/** Remembers which requests were answered, for callers that send `X-OpenRouter-Cache: true`. */
export class ResponseCache {
  readonly #answered = new Map<string, { readonly id: string; readonly atMs: number }>();

  /** Looks the request up, and on a miss stores it under the generation that is about to answer it. */
  look(headers: IncomingHttpHeaders, body: string, id: string, nowMs: number): CacheVerdict {
    if (headers["x-openrouter-cache"] !== "true") return untouched;

    const key = createHash("sha256").update(`${headers.authorization}\n${body}`).digest("hex");
    const ttlSeconds = Number(headers["x-openrouter-cache-ttl"] ?? usualTtlSeconds);
    const stored = headers["x-openrouter-cache-clear"] === "true" ? undefined : this.#answered.get(key);
    if (stored && nowMs - stored.atMs < ttlSeconds * 1000) {
      return hit(stored.id, Math.floor((nowMs - stored.atMs) / 1000), ttlSeconds);
    }
    this.#answered.set(key, { id, atMs: nowMs });
    return {
      ...untouched,
      headers: { "X-OpenRouter-Cache-Status": "MISS", "X-OpenRouter-Cache-TTL": String(ttlSeconds) },
    };
  }
}

/** The verdict of a scripted hit. */
export function scriptedHit(scripted: CacheHit, ownId: string): CacheVerdict {
  const {
    ageSeconds = 12,
    ttlSeconds = usualTtlSeconds,
    sourceId = `${ownId.slice(0, -6)}SOURCE`,
  } = scripted;
  return hit(sourceId, ageSeconds, ttlSeconds);
}

function hit(sourceId: string, ageSeconds: number, ttlSeconds: number): CacheVerdict {
  return {
    hit: true,
    sourceId,
    headers: {
      "X-OpenRouter-Cache-Status": "HIT",
      "X-OpenRouter-Cache-Age": String(ageSeconds),
      "X-OpenRouter-Cache-TTL": String(ttlSeconds),
      "X-OpenRouter-Cache-Source-Id": sourceId,
    },
  };
}
