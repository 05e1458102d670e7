/** The steps of docs/seal.md, "Proofs". `format`: a file is not what it should be. */
export type ProofStep =
  | "format"
  | "delegation"
  | "checkpoint"
  | "entry"
  | "position"
  | "inclusion"
  | "old head"
  | "consistency";

/** The first step that failed: what it wanted, and what is there instead. */
export interface FailedProof {
  readonly proven: false;
  readonly step: ProofStep;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
}

/** Ends a verification at the step that failed. Never leaves this directory. */
export class ProofFailure extends Error {
  readonly step: ProofStep;
  readonly expected: string;
  readonly found: string;

  constructor(step: ProofStep, message: string, expected: string, found: string) {
    super(message);
    this.step = step;
    this.expected = expected;
    this.found = found;
  }
}

/** What a verification comes to. */
export function provenOr<T>(verify: () => T): T | FailedProof {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof ProofFailure)) throw error;
    const { step, message, expected, found } = error;
    return { proven: false, step, message, expected, found };
  }
}
