/** The web's `fetch`: the one thing every client of OpenRouter lets you replace. */
export type Fetch = typeof globalThis.fetch;

const before = new WeakMap<Fetch, Fetch>();

/** Marks a fetch that records, so that it can be put in the place of the global one without calling itself. */
export function markAudited(fetch: Fetch): Fetch {
  before.set(fetch, globalFetch());
  return fetch;
}

/**
 * The global fetch of this moment: tracing libraries replace it after we were loaded. Where an audited one stands in its
 * place, for clients that take none, it is the one from before.
 */
export function globalFetch(): Fetch {
  return before.get(globalThis.fetch) ?? globalThis.fetch;
}
