import type { Attributions } from "../../../src/report/report.ts";

/** Of so many calls in all. */
export function attribution(calls: number): Attributions {
  return { authenticated: calls - 2_100, anonymous: 1_700, no_context: 371, unresolved: 29, other: 0 };
}

export const noAttribution: Attributions = {
  authenticated: 0,
  anonymous: 0,
  no_context: 0,
  unresolved: 0,
  other: 0,
};
