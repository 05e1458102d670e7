import { atEndOfTurn } from "../end-of-turn.ts";
import type { Read } from "./pass-on.ts";

/**
 * A read of a body whose call was aborted between two reads. Node's fetch fails it at once, but for a body of which all bytes
 * had come: then it never answers. Who asks for such a body would hang, and is told of the abort.
 */
export function unlessSilent(read: Promise<Read>, signal: AbortSignal): Promise<Read> {
  return new Promise((resolve, reject) => {
    read.then(resolve, reject);
    // As fetch has it for a reason that is none.
    atEndOfTurn(() => reject(signal.reason || new DOMException("The operation was aborted.", "AbortError")));
  });
}
