/**
 * What a sink under test sends to its place goes through this, one call for each request, so that the suite can make it
 * fail: before the place has seen it, or after, when only the acknowledgement is lost; or make it stall.
 *
 * @param options.signal that of the write, when the sink gives it to its client: a stalled request then ends as a real one
 * would
 */
export type Wire = <T>(send: () => Promise<T>, options?: { readonly signal?: AbortSignal }) => Promise<T>;

export type WireFault = "before" | "after" | "stall";

/** The wire of a test. */
export class FaultyWire {
  /** How many requests went through so far. */
  requests = 0;
  /** The fault of the request that comes after so many others, once. */
  #fault: { readonly kind: WireFault; readonly at: number } | null = null;
  #release: (() => void) | null = null;
  #onStall: (() => void) | null = null;

  /** Makes one of the coming requests fail: the first of them is 0. */
  fail(kind: WireFault, request = 0): void {
    this.#fault = { kind, at: this.requests + request };
  }

  /** Resolves when the request that stalls has come. */
  stalled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#release) resolve();
      else this.#onStall = resolve;
    });
  }

  /** No request fails any more, and the stalled one goes on. */
  heal(): void {
    this.#fault = null;
    this.#release?.();
    this.#release = null;
  }

  readonly through: Wire = async (send, { signal } = {}) => {
    const fault = this.#fault?.at === this.requests ? this.#fault.kind : null;
    this.requests += 1;
    if (fault === "before") throw new Error("The place refuses, as this test wants it.");
    if (fault === "stall") await this.#released(signal);
    const answer = await send();
    if (fault === "after") throw new Error("The acknowledgement is lost, as this test wants it.");
    return answer;
  };

  #released(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#release = resolve;
      this.#onStall?.();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }
}
