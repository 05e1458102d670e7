/** The web's `fetch`: the one thing every client of OpenRouter lets you replace. */
export type Fetch = typeof globalThis.fetch;
