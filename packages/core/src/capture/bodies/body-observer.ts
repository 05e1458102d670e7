/** Watches a body as it passes. */
export interface BodyObserver {
  /** What the caller aborts with; of a body that is over null. */
  readonly signal: AbortSignal | null;
  /** Sees bytes before the caller does. Returns true when nothing of interest follows them. */
  chunk(bytes: Uint8Array): boolean;
  /**
   * The body ended, failed, or the caller stopped reading. Only the first call counts. The caller learns of the end when
   * the promise settles; when it rejects, the end is an error.
   */
  ended(how: "end" | "error" | "cancel" | "unobservable", error?: unknown): Promise<void>;
}
