import { createHash } from "node:crypto";
import type { CacheHit } from "./behaviour.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** What the cache says about one request. `hit` means that nothing was generated: all counters are zero. */
export interface CacheVerdict {
  readonly hit: boolean;
  readonly sourceId: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const untouched: CacheVerdict = { hit: false, sourceId: null, headers: {} };
const usualTtlSeconds = 300;

type CachedRequest = Pick<RecordedRequest, "path" | "headers" | "bodyText">;

interface Stored {
  readonly id: string;
  readonly atMs: number;
  readonly ttlSeconds: number;
}

/** Remembers which requests were answered, for callers that send `X-OpenRouter-Cache: true`. */
export class ResponseCache {
  readonly #answered = new Map<string, Stored>();

  /** Looks the request up, and on a miss stores it under the generation that is about to answer it. */
  look({ path, headers, bodyText }: CachedRequest, id: string, nowMs: number): CacheVerdict {
    if (headers["x-openrouter-cache"] !== "true") return untouched;

    const asked = `${headers.authorization}\n${path}\n${bodyText}`;
    const key = createHash("sha256").update(asked).digest("hex");
    const stored = headers["x-openrouter-cache-clear"] === "true" ? undefined : this.#answered.get(key);
    const ageSeconds = stored ? Math.floor((nowMs - stored.atMs) / 1000) : 0;
    if (stored && ageSeconds < stored.ttlSeconds)
      return hit(stored.id, ageSeconds, stored.ttlSeconds - ageSeconds);

    const ttlSeconds = ttlOf(headers["x-openrouter-cache-ttl"]?.toString());
    this.#answered.set(key, { id, atMs: nowMs, ttlSeconds });
    const told = { "X-OpenRouter-Cache-Status": "MISS", "X-OpenRouter-Cache-TTL": String(ttlSeconds) };
    return { ...untouched, headers: told };
  }
}

/** Reads a lifetime as OpenRouter does: digits at the start count, from a second to a day; without any the usual one. */
function ttlOf(header: string | undefined): number {
  const seconds = Number.parseInt(header ?? "", 10);
  return Number.isNaN(seconds) ? usualTtlSeconds : Math.min(86_400, Math.max(1, seconds));
}

/** The verdict of a scripted hit. */
export function scriptedHit(scripted: CacheHit, ownId: string): CacheVerdict {
  const {
    ageSeconds = 12,
    ttlSeconds = usualTtlSeconds - ageSeconds,
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
