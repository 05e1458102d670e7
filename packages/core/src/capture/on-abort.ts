const waiting = new WeakMap<
  AbortSignal,
  { readonly calls: Set<() => void>; readonly listener: () => void }
>();

/**
 * Calls back when a signal is aborted. One listener for all who wait: a signal may be shared by thousands of calls, and
 * Node warns of a leak at the eleventh listener.
 *
 * @param call no two who wait may give the same
 */
export function onAbort(signal: AbortSignal, call: () => void): void {
  let all = waiting.get(signal);
  if (!all) {
    const calls = new Set<() => void>();
    const listener = () => {
      for (const each of [...calls]) each();
    };
    all = { calls, listener };
    waiting.set(signal, all);
    signal.addEventListener("abort", listener);
  }
  all.calls.add(call);
}

/** Takes that back. */
export function offAbort(signal: AbortSignal, call: () => void): void {
  const all = waiting.get(signal);
  if (!all?.calls.delete(call) || all.calls.size > 0) return;
  waiting.delete(signal);
  signal.removeEventListener("abort", all.listener);
}

/** What a promise comes to, or at once that the signal was aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | "aborted"> {
  let abort = () => {};
  const aborted = new Promise<"aborted">((resolve) => {
    abort = () => resolve("aborted");
  });
  onAbort(signal, abort);
  return Promise.race([promise, aborted]).finally(() => offAbort(signal, abort));
}
