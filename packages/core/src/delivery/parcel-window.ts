import type { BatchLimits } from "./batch-limits.ts";
import type { Parcel, ParcelSource } from "./parcel.ts";

/** A suspect is compared with one of so many. When all of them are poison, it looks like an outage. */
const comparedWith = 64;

/** What was taken from a source and has not passed yet: about one batch. */
export class ParcelWindow<P extends Parcel> {
  readonly #source: ParcelSource<P>;
  readonly #limits: BatchLimits;
  #parcels: P[] = [];

  constructor(source: ParcelSource<P>, limits: BatchLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  /** The next one. */
  get head(): P | undefined {
    return this.#parcels[0];
  }

  /** Takes what there is, up to a batch. */
  async fill(): Promise<void> {
    await this.#take(this.#limits.entries - this.#parcels.length, this.#roomInBytes());
  }

  /** A batch of the first parcels, of at most so many. */
  batch(most: number): readonly P[] {
    return this.#limits.cut(this.#parcels, most);
  }

  /** The first parcels have passed. */
  drop(count: number): void {
    this.#parcels = this.#parcels.slice(count);
  }

  /**
   * One behind the first, or null when there is none. Each time another, for there may be several that are poison.
   *
   * @param chance at least 0, below 1
   */
  async another(chance: number): Promise<P | null> {
    await this.#take(comparedWith - this.#parcels.length, this.#roomInBytes() || 1);
    const others = this.#parcels.slice(1).filter((parcel) => this.#limits.whyNever(parcel) === null);
    return others[Math.floor(chance * others.length)] ?? null;
  }

  async #take(entries: number, bytes: number): Promise<void> {
    if (entries <= 0 || bytes <= 0) return;
    // Any number: as arguments of a call, too many are an error.
    const taken = await this.#source.take({ entries, bytes });
    this.#parcels = this.#parcels.concat(taken);
  }

  #roomInBytes(): number {
    const taken = this.#parcels.reduce((bytes, parcel) => bytes + this.#limits.sizeOf(parcel), 0);
    return Math.max(0, this.#limits.bytes - taken);
  }
}
