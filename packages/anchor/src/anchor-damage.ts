import type { VerificationProblem } from "@openrouter-audit/core";

/**
 * Whether what was found in an anchor log makes its notes unsure. A write that was cut, and a head that proves nothing, take nothing away
 * from what is proven.
 */
export function isAnchorDamage({ verdict }: VerificationProblem): boolean {
  return verdict !== "TORN_TAIL" && verdict !== "BAD_LINK";
}
