/** What is waited for, or the reason of the signal when it aborts first. */
export async function unlessStopped<T>(waiting: Promise<T> | T, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
  });
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([waiting, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
