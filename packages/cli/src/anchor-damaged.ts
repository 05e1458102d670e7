import { AuditError } from "@openrouter-audit/core";
import { visible } from "./format/visible.ts";
import type { Terminal } from "./terminal.ts";

/** For `catch`: an anchor log that is damaged is a finding, which is said; null then. @throws any other error */
export function tellDamage(stderr: Terminal["stderr"]): (error: unknown) => null {
  return (error) => {
    if (!(error instanceof AuditError && error.code === "ANCHOR_DAMAGED")) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return null;
  };
}

/** Says that what was read of an anchor log with problems is in doubt. @returns whether it has any */
export function tellDoubt(problems: readonly string[], doubt: string, stderr: Terminal["stderr"]): boolean {
  const [first] = problems;
  if (first === undefined) return false;
  stderr.write(`The anchor log does not verify: ${visible(first)}. ${doubt}.\n`);
  return true;
}
