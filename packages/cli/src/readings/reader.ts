import { userInfo } from "node:os";
import type { AuditContext } from "@openrouter-audit/core";
import type { CommandIo } from "../command-io.ts";

/** Who runs this command, as the operating system knows it: docs/entry-format.md, "Readings". */
export function reader({ SUDO_USER }: CommandIo["env"]): AuditContext {
  return {
    user,
    // Anybody can set a variable: it is no more than a hint, and stands where such things stand.
    ...(SUDO_USER && { metadata: { sudo_user: SUDO_USER } }),
  };
}

/** Who that is, and how it is known. */
export function user(): { id: string; source: string } {
  try {
    return { id: userInfo().username, source: "os.userInfo()" };
  } catch {
    // A container may run as a number that no user has.
    return { id: `uid:${process.getuid?.()}`, source: "process.getuid()" };
  }
}
