import type { RecordedRequest } from "./recorded-request.ts";

/** An entry while it is being filled in. */
export type LedgerEntry = { -readonly [Field in keyof RecordedRequest]: RecordedRequest[Field] };

type Arrival = Pick<
  RecordedRequest,
  "method" | "path" | "url" | "headers" | "body" | "bodyText" | "bodyBytes" | "bodySha256"
>;

/** Every request in order of arrival, and the means to wait for them. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  /** Set when the server closes: connections that end now were not closed by their clients. */
  closing = false;
  readonly #watchers = new Set<() => void>();

  open(arrival: Arrival): LedgerEntry {
    const entry: LedgerEntry = {
      index: this.entries.length,
      ...arrival,
      receivedAtMs: Date.now(),
      status: null,
      generationId: null,
      ended: null,
      clientClosed: false,
      bytesSent: 0,
    };
    this.entries.push(entry);
    this.changed();
    return entry;
  }

  /** To be called whenever an entry came or ended. */
  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Resolves once the condition holds. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = () => {
        if (!condition()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}
