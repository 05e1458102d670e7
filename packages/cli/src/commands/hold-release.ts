import { AuditError } from "@openrouter-audit/core";
import { type Hold, releaseHold } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { addHoldActOptions, type HoldActFlags, holdActOf, tellHold } from "../hold/hold-act.ts";
import { directoryArgument, unnamedText } from "../journal-directory.ts";
import type { Terminal } from "../terminal.ts";

/** `openrouter-audit hold release` */
export function addHoldRelease(hold: Command, terminal: Terminal, exitWith: (code: number) => void): Command {
  const command = hold
    .command("release")
    .description("let what a hold covers be deleted again")
    .argument("<hold>", "its id, as list shows it")
    .argument("[dir]", directoryArgument);
  return addHoldActOptions(command).action(
    async (id: string, directory: string | undefined, flags: HoldActFlags) =>
      exitWith(await tellHold("RELEASED", release(id, directory, flags, terminal), flags, terminal)),
  );
}

async function release(
  id: string,
  given: string | undefined,
  flags: HoldActFlags,
  terminal: Terminal,
): Promise<Hold> {
  const { directory, options } = holdActOf(given, flags, terminal);
  return releaseHold(directory, id, options).catch((cause: unknown) => {
    if (!(cause instanceof AuditError && cause.code === "UNKNOWN_HOLD")) throw cause;
    throw new AuditError(cause.code, `${cause.message}${unnamedText(given, terminal.env)}`, { cause });
  });
}
