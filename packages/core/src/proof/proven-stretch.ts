import type { LogHead } from "../seal/log-head.ts";

/** The inclusion proof of one entry of several. */
export interface SelectedProof {
  readonly seq: number;
  /** `<seq>.tlog-proof`: docs/seal.md, "That an entry was sealed". */
  readonly proof: string;
}

/** Proofs of entries of one log, which all lead to one head. */
export interface ProvenStretch {
  readonly head: LogHead;
  readonly proofs: readonly SelectedProof[];
}
