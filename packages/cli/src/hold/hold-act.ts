import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import type { Hold, HoldCoverage, HoldOptions } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { coverageText, holdText } from "../format/hold-text.ts";
import { visible } from "../format/visible.ts";
import { onBehalfOfOption, person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";
import { addHoldPlaceOptions, type HoldPlaceFlags, holdPlaceOf } from "./hold-place.ts";

/** What is said of a hold that is added or released. */
export interface HoldActFlags extends HoldPlaceFlags {
  readonly reason: string;
  readonly onBehalfOf?: string;
}

export function addHoldActOptions(command: Command): Command {
  return addHoldPlaceOptions(
    command.requiredOption("--reason <text>", "why, on one line").option(...onBehalfOfOption),
  );
}

/** Who adds or releases one, where, with which key, and why. @throws UnusableError, and as `rootKeyFor` */
export function holdActOf(
  given: string | undefined,
  flags: HoldActFlags,
  terminal: Terminal,
): { readonly directory: string; readonly options: HoldOptions } {
  const { directory, anchors } = holdPlaceOf(given, flags, terminal);
  const { env } = terminal;
  const root = rootKeyFor(directory, { name: flags.name, env });
  return {
    directory,
    options: { anchors, root, reason: flags.reason, person: person(env, flags.onBehalfOf) },
  };
}

/** A hold that was just added, with what it covers; or released. */
export type HoldMade = Hold & { readonly covered?: HoldCoverage | null };

const refusals = ["UNKNOWN_HOLD", "ANCHOR_DAMAGED"];

/** Tells of a hold that was added or released, or why it was not. */
export async function tellHold(
  word: string,
  hold: Promise<HoldMade>,
  { json }: HoldPlaceFlags,
  { stdout, stderr, colors }: Terminal,
): Promise<number> {
  try {
    const made = await hold;
    const { covered } = made;
    const text = () => `${colors.bold(word)}  ${holdText(made)}${covered ? coverageText(covered) : ""}`;
    stdout.write(json ? answerLine(made) : text());
    if (covered?.entries === 0)
      stderr.write(
        `No entry is covered by it as the journal is now. Is each user written as entries have them (query), and the time right? If not: hold release ${made.hold}\n`,
      );
    return exitCode.fine;
  } catch (error) {
    if (!(error instanceof AuditError && refusals.includes(error.code))) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}
