import type { VerificationResult } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";

/** How the result of a verification is painted. */
export function colorOf(
  result: VerificationResult,
  { green, yellow, red }: Colors,
): (text: string) => string {
  return { intact: green, incomplete: yellow, tampered: red }[result];
}
