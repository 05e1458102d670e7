import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditScope } from "../scope.ts";

/** Which logical call an HTTP exchange belongs to. */
export interface Attempt {
  readonly call_id: string;
  readonly attempt: number;
}

interface Failed extends Attempt {
  readonly at: number;
}

// openai waits at most a minute between attempts, @openrouter/sdk too; what comes later is another call.
const longestPauseMs = 120_000;
const mostFailed = 10_000;

/**
 * Ties retries to the call they repeat. A client that retries makes the same request again, from the same scope,
 * after a failure; nothing else connects the two on the wire. `x-stainless-retry-count: 0` says it is no retry.
 */
export class Attempts {
  readonly #failed = new Map<string, Failed[]>();
  readonly #scopes = new WeakMap<AuditScope, string>();

  begin(key: string, retryCount: string | null): Attempt {
    const waiting = this.#failed.get(key);
    const previous = retryCount === "0" ? undefined : waiting?.shift();
    if (waiting?.length === 0) this.#failed.delete(key);
    if (!previous || performance.now() - previous.at > longestPauseMs)
      return { call_id: uuidv7(), attempt: 1 };
    return { call_id: previous.call_id, attempt: previous.attempt + 1 };
  }

  /** Remembers an attempt that failed in a way clients retry. */
  failed(key: string, attempt: Attempt): void {
    if (this.#failed.size >= mostFailed) this.#failed.delete(this.#failed.keys().next().value!);
    const waiting = this.#failed.get(key) ?? [];
    waiting.push({ ...attempt, at: performance.now() });
    this.#failed.set(key, waiting);
  }

  /** What two attempts of one call have in common. */
  keyOf(scope: AuditScope | null, method: string, url: URL, body: Buffer | null): string {
    const hash = createHash("sha256").update(`${this.#nameOf(scope)}\n${method}\n${url.href}\n`);
    return hash.update(body ?? "").digest("base64");
  }

  #nameOf(scope: AuditScope | null): string {
    if (!scope) return "";
    let name = this.#scopes.get(scope);
    if (!name) {
      name = uuidv7();
      this.#scopes.set(scope, name);
    }
    return name;
  }
}
