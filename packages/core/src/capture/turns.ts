import type { AuditScope } from "../scope.ts";

/** A turn of a logical call: 1 for what was asked, 2 for the results of the tools that the answer called, and so on. */
export interface Turn {
  readonly call_id: string;
  readonly turn: number;
}

const most = 10_000;

/**
 * Ties the turns of a tool loop together. The results of tools carry the ids under which the answer called them; some
 * providers give the same ids in every conversation, so that its opening must be the same too.
 */
export class Turns {
  readonly #waiting = new Map<string, Turn>();

  /** The turn that a request with these results is; null when they belong to no answer that was seen. */
  next(scope: AuditScope | null, opening: string | null, answeredCalls: readonly string[]): Turn | null {
    for (const id of answeredCalls) {
      const previous = this.#waiting.get(keyOf(scope, opening, id));
      if (previous) return { call_id: previous.call_id, turn: previous.turn + 1 };
    }
    return null;
  }

  /** Remembers the tool calls of an answer. */
  called(scope: AuditScope | null, opening: string | null, ids: readonly string[], turn: Turn): void {
    for (const id of ids) {
      const key = keyOf(scope, opening, id);
      this.#waiting.delete(key);
      if (this.#waiting.size >= most) this.#waiting.delete(this.#waiting.keys().next().value!);
      this.#waiting.set(key, turn);
    }
  }
}

function keyOf(scope: AuditScope | null, opening: string | null, id: string): string {
  return `${scope?.name ?? ""}\n${opening}\n${id}`;
}
