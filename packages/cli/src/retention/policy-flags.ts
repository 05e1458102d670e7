import { AuditError } from "@openrouter-audit/core";
import { type RetentionPolicy, resolvePolicy } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { UnusableError } from "../exit-code.ts";
import { listOf } from "../query/words.ts";

/** A policy, as words of a command. */
export interface PolicyFlags {
  readonly deleteAfter?: string;
  readonly preset?: readonly string[];
  readonly minimum?: string;
  readonly maximum?: string;
}

/** That of files, which are archived too. */
export interface FilePolicyFlags extends PolicyFlags {
  readonly archiveAfter?: string;
  readonly despiteTampering?: boolean;
}

/** The options of a policy for the files of a journal. */
export function addFilePolicyOptions(command: Command): Command {
  return addPolicyOptions(
    command.option("--archive-after <period>", "compress then: 30d, 6mo, never (default: 30d)"),
  ).option("--despite-tampering", "go on with the logs that are not tampered with");
}

/** The options of a policy, as they are for days of a table too. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option("--delete-after <period>", "delete then: 90d, 7y, never (default: 90d, or as presets want)")
    .option("--preset <names>", "rules to keep to: soc2,hipaa; may be given again", listOf)
    .option("--minimum <period>", "a minimum of your own")
    .option("--maximum <period>", "a maximum of your own");
}

/** @throws UnusableError when it is none, or contradicts itself */
export function filePolicyOf(flags: FilePolicyFlags): RetentionPolicy {
  return checked({
    ...periodsOf(flags),
    archiveAfter: neverAsNull(flags.archiveAfter),
    tampered: flags.despiteTampering ? "keep_logs" : "stop",
  });
}

/** Days of a table are never archived: what presets want at hand, is. @throws UnusableError */
export function dayPolicyOf(flags: PolicyFlags): RetentionPolicy {
  return checked({ ...periodsOf(flags), archiveAfter: null });
}

function periodsOf({ deleteAfter, preset, minimum, maximum }: PolicyFlags): RetentionPolicy {
  return { deleteAfter: neverAsNull(deleteAfter), presets: preset, minimum, maximum };
}

function neverAsNull(period: string | undefined): string | null | undefined {
  return period === "never" ? null : period;
}

/** What is wrong with it is said in the words of the command. */
function checked(policy: RetentionPolicy): RetentionPolicy {
  try {
    resolvePolicy(policy);
    return policy;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    const message = error.message
      .replaceAll("archiveAfter", "--archive-after")
      .replaceAll("deleteAfter", "--delete-after");
    throw new UnusableError(message, { cause: error });
  }
}
