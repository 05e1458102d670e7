import { v7 as uuidv7 } from "uuid";
import type { Turn } from "./turns.ts";

/** Which logical call an HTTP exchange belongs to. */
export interface Attempt extends Turn {
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

  /**
   * @param keyOf what two attempts of one call have in common; costly, so only asked for when there is one to repeat
   * @param retryCount `x-stainless-retry-count`: 0 for the first attempt
   * @param continued the turn of a call that this goes on with
   */
  begin(keyOf: () => string, retryCount: string | null, continued: Turn | null): Attempt {
    const repeated = this.#repeated(keyOf, retryCount);
    if (repeated) return repeated;
    return { call_id: continued?.call_id ?? uuidv7(), turn: continued?.turn ?? 1, attempt: 1 };
  }

  /**
   * Remembers an attempt that ended in a way clients retry. One that our side aborted is only taken up by a client that
   * counts: openai aborts at its time limit and tries again, people abort and change their mind.
   */
  failed(key: string, attempt: Attempt, aborted: boolean): void {
    const now = performance.now();
    this.#forget(now);
    const waiting = this.#failed.get(key) ?? [];
    this.#failed.delete(key);
    waiting.push({ ...attempt, aborted, at: now });
    this.#failed.set(key, waiting.slice(-most.waiting));
  }

  #repeated(keyOf: () => string, retryCount: string | null): Attempt | null {
    if (this.#failed.size === 0) return null;
    const key = keyOf();
    const waiting = this.#failed.get(key) ?? [];
    const now = performance.now();
    // The newest first: an older one may be of a call that was aborted or given up, and asked again since.
    const index = waiting.findLastIndex(
      ({ at, attempt, aborted }) =>
        now - at < longestPauseMs && (retryCount === null ? !aborted : attempt === Number(retryCount)),
    );
    if (index < 0) return null;
    const [previous] = waiting.splice(index, 1);
    if (waiting.length === 0) this.#failed.delete(key);
    const { call_id, turn, attempt } = previous!;
    return { call_id, turn, attempt: attempt + 1 };
  }

  #forget(now: number): void {
    for (const [key, waiting] of this.#failed) {
      const isLate = now - waiting.at(-1)!.at >= longestPauseMs;
      if (!isLate && this.#failed.size < most.keys) return;
      this.#failed.delete(key);
    }
  }
}
