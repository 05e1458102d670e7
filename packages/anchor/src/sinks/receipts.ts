import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "@openrouter-audit/core/seal";
import type { Anchor } from "../anchor.ts";

/** What sinks gave for an anchor, in `receipts/` beside the anchor log: `<size>.<kind>`. */
export class Receipts {
  readonly #anchor: Anchor;

  constructor(anchor: Anchor) {
    this.#anchor = anchor;
  }

  path(kind: string): string {
    return join(this.#anchor.directory, "receipts", `${this.#anchor.head.size}.${kind}`);
  }

  read(kind: string): Buffer | null {
    return existsSync(this.path(kind)) ? readFileSync(this.path(kind)) : null;
  }

  /** Keeps a receipt with the checkpoint it is about. Returns its path. */
  keep(kind: string, content: string | Uint8Array): string {
    mkdirSync(join(this.#anchor.directory, "receipts"), { recursive: true, mode: 0o700 });
    this.#keepCheckpoint();
    replaceFile(this.path(kind), content);
    return this.path(kind);
  }

  #keepCheckpoint(): void {
    // Never written again: a time-stamp is over these very bytes.
    if (this.read("checkpoint") === null) replaceFile(this.path("checkpoint"), this.#anchor.checkpoint);
  }
}
