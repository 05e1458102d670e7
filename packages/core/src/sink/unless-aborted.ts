/**
 * What work comes to, or the reason of a signal that aborts first, or has aborted: for clients that do not heed it, or not at
 * once. The work is not waited for then, and nobody is told how it ends.
 *
 * @param signal undefined for one that never aborts
 * @param inWords the error to reject with when the work fails, or throws it. @default what the work rejected with
 */
export function unlessAborted<T>(
  work: T | Promise<T>,
  signal: AbortSignal | undefined,
  inWords: (failure: unknown) => unknown = (failure) => failure,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop);
    Promise.resolve(work)
      .catch((failure) => {
        throw inWords(failure);
      })
      // The signal may live longer.
      .finally(() => signal?.removeEventListener("abort", stop))
      .then(resolve, reject);
  });
}
