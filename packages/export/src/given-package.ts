import type { Claims } from "./content/claims.ts";
import type { PackageProblem } from "./package-problem.ts";

/** A package that is verified. */
export interface GivenPackage {
  readonly directory: string;
  /** Their sizes. */
  readonly files: ReadonlyMap<string, number>;
  /** SHA-256 of each, in hex. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly claims: Claims;
  readonly key: string;
  readonly trusted: readonly string[];
  /** What is found is added here. */
  readonly problems: PackageProblem[];
}
