import type { AuditProblem } from "../audit-error.ts";
import { busy, type MemoryFailure } from "./memory-failure.ts";

interface Amount {
  readonly entries: number;
  readonly bytes: number;
}

/** What may be in memory: full when the limit is reached, and then until half of it is gone. */
export class MemoryRoom {
  readonly #limits: Amount;
  readonly #onProblem: (problem: AuditProblem) => void;
  #entries = 0;
  #bytes = 0;
  #failure: MemoryFailure | null = null;
  #told = false;

  /** @param onProblem told when it becomes full, not again before it was empty */
  constructor(limits: Amount, onProblem: (problem: AuditProblem) => void) {
    this.#limits = limits;
    this.#onProblem = onProblem;
  }

  /** Why nothing more is taken, or null. */
  get failure(): MemoryFailure | null {
    return this.#failure;
  }

  get taken(): Amount {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  /** So much came, or went. */
  change({ entries, bytes }: Amount): void {
    this.#entries += entries;
    this.#bytes += bytes;
    if (this.#entries === 0) this.#told = false;
    const { entries: most, bytes: mostBytes } = this.#limits;
    if (this.#entries >= most || this.#bytes >= mostBytes) this.#fill();
    else if (this.#entries * 2 <= most && this.#bytes * 2 <= mostBytes) this.#failure = null;
  }

  #fill(): void {
    this.#failure ??= { error: busy(this.#limits), since: new Date().toISOString() };
    const { code, message } = this.#failure.error;
    if (!this.#told) this.#onProblem({ code, message });
    this.#told = true;
  }
}
