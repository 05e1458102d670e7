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
