/** What is under way, and how it is told to stop: version 12 of the client cannot be told, and ends it after its time limit. */
export type Work<T> = Promise<T> & { readonly cancel?: () => void };

/** What work comes to, a failure in our words. Once the signal aborts, its reason: what is under way is not waited for. */
export async function untilStopped<T>(
  signal: AbortSignal,
  work: Work<T>,
  inWords: (error: Error) => Error,
): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => {
      reject(signal.reason);
      work.cancel?.();
    };
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work.catch((error) => Promise.reject(inWords(error))), stopped]);
}
