const remembered = 65_536;

/** The ids that were met last: the same twice is the same entry. */
export class RecentIds {
  readonly #ids = new Set<string>();

  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > remembered) this.#ids.delete(this.#ids.values().next().value!);
    return true;
  }
}
