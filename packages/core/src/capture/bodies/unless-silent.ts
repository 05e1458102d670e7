import { atEndOfTurn } from "../end-of-turn.ts";
import type { Read } from "./pass-on.ts";

/**
 * A read of a body whose call was aborted between two reads. Node's fetch fails it at once, but for a body of which all bytes
 * had come: then it never answers. Who asks for such a body would hang, and is told of the abort.
 *
 * @param fail is told why the body is over, where the read was silent
 */
export function unlessSilent(
  read: Promise<Read>,
  signal: AbortSignal,
  fail: (reason: unknown) => void,
): Promise<Read> {
  return new Promise((resolve, reject) => {
    let isSilent = true;
    read.then(resolve, reject).finally(() => {
      isSilent = false;
    });
    atEndOfTurn(() => {
      if (!isSilent) return;
      // As fetch has it for a reason that is none.
      const reason = signal.reason || new DOMException("The operation was aborted.", "AbortError");
      reject(reason);
      fail(reason);
    });
  });
}
