import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditScope } from "../scope.ts";

/** Which logical call an HTTP exchange belongs to. */
export interface Attempt {
  readonly call_id: string;
  readonly attempt: number;
}

interface Failed extends Attempt {
  readonly aborted: boolean;
  readonly at: number;
}

// openai waits at most a minute between attempts, @openrouter/sdk too; what comes later is another call.
const longestPauseMs = 120_000;
const most = { keys: 10_000, waiting: 100 } as const;

/**
 * Ties retries to the call they repeat. A client that retries makes the same request again, from the same scope,
 * after a failure; nothing else connects the two on the wire but openai's count of retries.
 */
export class Attempts {
  readonly #failed = new Map<string, Failed[]>();
  readonly #scopes = new WeakMap<AuditScope, string>();

  /** @param retryCount `x-stainless-retry-count`: 0 for the first attempt */
  begin(key: string, retryCount: string | null): Attempt {
    const waiting = this.#failed.get(key) ?? [];
    const now = performance.now();
    const index = waiting.findIndex(
      ({ at, attempt, aborted }) =>
        now - at < longestPauseMs && (retryCount === null ? !aborted : attempt === Number(retryCount)),
    );
    if (index < 0) return { call_id: uuidv7(), attempt: 1 };
    const [previous] = waiting.splice(index, 1);
    if (waiting.length === 0) this.#failed.delete(key);
    return { call_id: previous!.call_id, attempt: previous!.attempt + 1 };
  }

  /**
   * Remembers an attempt that ended in a way clients retry. One that our side aborted is only taken up by a client that
   * counts: openai aborts at its time limit and tries again, people abort and change their mind.
   */
  failed(key: string, attempt: Attempt, aborted: boolean): void {
    const waiting = this.#failed.get(key) ?? [];
    this.#failed.delete(key);
    if (this.#failed.size >= most.keys) this.#failed.delete(this.#failed.keys().next().value!);
    waiting.push({ ...attempt, aborted, at: performance.now() });
    this.#failed.set(key, waiting.slice(-most.waiting));
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
