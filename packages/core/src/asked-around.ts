import { AsyncLocalStorage } from "node:async_hooks";
import { inTime } from "./user-answer.ts";

interface Question<Asked> {
  readonly about: Asked;
  isOpen: boolean;
}

/** Whose user is being found around this work. On the way to one, that of another may be needed, and for that the first one's. */
export class AskedAround<Asked> {
  readonly #around = new AsyncLocalStorage<readonly Question<Asked>[]>();

  /** @throws what the application's function throws, or that it gives no answer in time */
  async answer<T>(about: Asked, work: () => T | Promise<T>): Promise<T> {
    const question = { about, isOpen: true };
    // Work that plans its next round from inside itself would collect the others without end.
    const around = this.#around.getStore()?.filter(({ isOpen }) => isOpen) ?? [];
    try {
      return await inTime(this.#around.run([question, ...around], work));
    } finally {
      question.isOpen = false;
    }
  }

  /** Whether an answer about it waits for this work. */
  has(asked: Asked): boolean {
    return this.#around.getStore()?.some(({ about, isOpen }) => isOpen && about === asked) ?? false;
  }
}
