import type { Person } from "@openrouter-audit/retention";
import type { CommandIo } from "../command-io.ts";
import { user } from "./reader.ts";

/** The option of who acts for somebody. */
export const onBehalfOfOption = ["--on-behalf-of <name>", "for whom you do this; for information"] as const;

/** Who does something with this command, as the operating system knows the person, and for whom. */
export function person({ SUDO_USER }: CommandIo["env"], onBehalfOf?: string): Person {
  return {
    ...user(),
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    // Anybody can set a variable: it is no more than a hint.
    ...(SUDO_USER && { metadata: { sudo_user: SUDO_USER } }),
  };
}
