import { type InspectOptions, inspect } from "node:util";
import type { Read } from "./pass-on.ts";
import type { WatchedReading } from "./watched-reading.ts";

/** What `getReader()` of an observed stream gives: a default reader in all but its internals. */
export class ObservedReader {
  readonly #reading: WatchedReading;

  constructor(reading: WatchedReading) {
    this.#reading = reading;
    reading.heldBy(this);
  }

  read(): Promise<Read> {
    return this.#reading.read(this);
  }

  cancel(reason?: unknown): Promise<void> {
    return this.#reading.cancel(reason);
  }

  releaseLock(): void {
    this.#reading.release();
  }

  get closed(): Promise<void> {
    return this.#reading.closed;
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#reading.inspected(options);
  }

  get [Symbol.toStringTag](): string {
    return "ReadableStreamDefaultReader";
  }
}

// For whoever asks `instanceof`, or for the name of its class.
Object.setPrototypeOf(ObservedReader.prototype, ReadableStreamDefaultReader.prototype);
ObservedReader.prototype.constructor = ReadableStreamDefaultReader;
