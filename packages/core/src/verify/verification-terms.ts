import type { NoteVerifier } from "../seal/signed-note.ts";
import type { Coverage } from "./coverage.ts";
import type { Cut } from "./cut.ts";
import type { HeadProofs } from "./head-proofs.ts";

/** What the logs of one verification have in common. */
export interface VerificationTerms {
  readonly rootKeys: readonly NoteVerifier[];
  /** Shared, so that no head is proven twice. */
  readonly heads: HeadProofs;
  readonly coverage: Coverage;
  /** Where retention cut each log, by its origin; the oldest cut first. */
  readonly cuts: ReadonlyMap<string, readonly Cut[]>;
  /** Which `chain_hash` are computed: of every line, or of those whose signature is checked, which cover all others. */
  readonly roots: "every" | "signed";
  /** Which signatures are checked: all, or one in 256 and the last of each log in each file, which cover all others. */
  readonly signatures: "every" | "sampled";
}
