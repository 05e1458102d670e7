import type { SignaturesPart } from "./log-signatures.ts";
import type { StatementsPart } from "./log-statements.ts";
import type { LogPoint } from "./log-verification.ts";
import type { VerificationProblem } from "./verdict.ts";
import type { TreePart } from "./verified-tree.ts";

/** What was read of one log elsewhere, as plain data. */
export interface LogPart {
  readonly log: string;
  readonly log_key: string;
  readonly delegation: string;
  readonly first: LogPoint;
  readonly tree: TreePart;
  readonly statements: StatementsPart;
  readonly signatures: SignaturesPart;
  readonly problems: readonly VerificationProblem[];
}
