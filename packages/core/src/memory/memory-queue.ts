import type { ParcelSource } from "../delivery/parcel.ts";
import type { MemoryParcel } from "./memory-parcel.ts";

/**
 * What is sealed and not with every sink yet, oldest first. A position is the number of entries before one, since the log
 * began.
 */
export class MemoryQueue {
  readonly #onGone: (parcels: readonly MemoryParcel[]) => void;
  readonly #sources: MemorySource[] = [];
  #parcels: MemoryParcel[] = [];
  #start = 0;

  /** @param onGone told what is with every sink, and gone from here */
  constructor(onGone: (parcels: readonly MemoryParcel[]) => void) {
    this.#onGone = onGone;
  }

  /** The position behind the newest entry. */
  get end(): number {
    return this.#start + this.#parcels.length;
  }

  /** Only before anything is added: what came before would be missing. */
  newSource(onPassed: () => void): MemorySource {
    const source = new MemorySource(this, onPassed);
    this.#sources.push(source);
    return source;
  }

  add(parcels: readonly MemoryParcel[]): void {
    this.#parcels.push(...parcels);
    const added = bytesOf(parcels);
    for (const source of this.#sources) source.added(added);
  }

  /** From a position on, as many as fit; the last may exceed the bytes. */
  from(
    position: number,
    most: { readonly entries: number; readonly bytes: number },
  ): readonly MemoryParcel[] {
    const first = position - this.#start;
    let end = first;
    for (let { bytes } = most; bytes > 0 && end - first < most.entries; end += 1) {
      const parcel = this.#parcels[end];
      if (!parcel) break;
      bytes -= parcel.bytes;
    }
    return this.#parcels.slice(first, end);
  }

  at(position: number): MemoryParcel | undefined {
    return this.#parcels[position - this.#start];
  }

  /** Lets go of what is with every sink. */
  trim(): void {
    const everywhere = Math.min(...this.#sources.map(({ position }) => position));
    const gone = this.#parcels.splice(0, everywhere - this.#start);
    if (gone.length === 0) return;
    this.#start = everywhere;
    this.#onGone(gone);
  }
}

/** The queue as one sink sees it. */
export class MemorySource implements ParcelSource<MemoryParcel> {
  readonly #queue: MemoryQueue;
  #next = 0;
  #position = 0;
  #bytesBehind = 0;
  readonly #onPassed: () => void;
  #wake: () => void = () => {};

  constructor(queue: MemoryQueue, onPassed: () => void) {
    this.#queue = queue;
    this.#onPassed = onPassed;
  }

  /** Everything before this is with the sink, or set aside. */
  get position(): number {
    return this.#position;
  }

  /** How many entries the sink is behind. */
  get behind(): number {
    return this.#queue.end - this.#position;
  }

  /** When the oldest that the sink does not have was recorded (RFC 3339), or null. */
  get oldest(): string | null {
    return this.#queue.at(this.#position)?.recordedAt ?? null;
  }

  /** How many lost entries the gaps tell of that the sink does not have. */
  get gaps(): number {
    const behind = this.#queue.from(this.#position, {
      entries: this.behind,
      bytes: Number.POSITIVE_INFINITY,
    });
    return behind
      .filter(({ eventType }) => eventType === "audit.gap")
      .reduce((sum, parcel) => sum + (parcel.open().detail!.count as number), 0);
  }

  get bytesBehind(): number {
    return this.#bytesBehind;
  }

  async take(most: { readonly entries: number; readonly bytes: number }): Promise<readonly MemoryParcel[]> {
    const parcels = this.#queue.from(this.#next, most);
    this.#next += parcels.length;
    return parcels;
  }

  passed(parcels: readonly MemoryParcel[]): void {
    this.#position += parcels.length;
    this.#bytesBehind -= bytesOf(parcels);
    this.#queue.trim();
    this.#onPassed();
  }

  more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      this.#wake = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      if (signal.aborted) stop();
      else if (this.#next < this.#queue.end) this.#wake();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** The queue has grown by so many bytes. */
  added(bytes: number): void {
    this.#bytesBehind += bytes;
    this.#wake();
  }
}

export function bytesOf(parcels: readonly MemoryParcel[]): number {
  return parcels.reduce((sum, { bytes }) => sum + bytes, 0);
}
