import type { ObservedReader } from "./observed-reader.ts";
import type { Read } from "./pass-on.ts";

type Step = IteratorResult<Uint8Array<ArrayBuffer>, unknown>;

/** What `for await` gets of an observed stream. See WHATWG Streams, section 4.2.5, "Asynchronous iteration". */
export class ObservedIterator implements AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
  readonly #reader: ObservedReader;
  readonly #keepsOpen: boolean;
  #step: Promise<Step> | null = null;
  #isOver = false;

  /** @param keepsOpen whether leaving the loop does not cancel the stream */
  constructor(reader: ObservedReader, keepsOpen: boolean) {
    this.#reader = reader;
    this.#keepsOpen = keepsOpen;
  }

  next(): Promise<Step> {
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    this.#step = this.#reader.read().then(this.#read, this.#failed);
    return this.#step;
  }

  async return(value?: unknown): Promise<Step> {
    await this.#step?.catch(() => undefined);
    if (!this.#isOver) {
      this.#isOver = true;
      const cancelled = this.#keepsOpen ? undefined : this.#reader.cancel(value);
      this.#reader.releaseLock();
      await cancelled;
    }
    return { done: true, value };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #read = (read: Read): Step => {
    if (read.done) this.#finish();
    return read as Step;
  };

  readonly #failed = (error: unknown): Step => {
    // As with the platform's own, only the first step learns of it.
    if (this.#isOver) return { done: true, value: undefined };
    this.#finish();
    throw error;
  };

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.releaseLock();
  }
}
