import { isProvenHead, type LogHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";

/**
 * Tells heads that prove themselves from others, each once: two signatures are checked for it, and every log names up to 64
 * heads, most of them those that the log before it had named.
 */
export class HeadProofs {
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #known = new Map<string, boolean>();

  constructor(rootKeys: readonly NoteVerifier[]) {
    this.#rootKeys = rootKeys;
  }

  isProven(head: unknown): head is LogHead {
    const text = JSON.stringify(head);
    let proven = this.#known.get(text);
    if (proven === undefined) {
      proven = isProvenHead(head, this.#rootKeys);
      this.#known.set(text, proven);
    }
    return proven;
  }
}
