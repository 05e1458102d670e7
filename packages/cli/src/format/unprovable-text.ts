import type { Unprovable, UnprovableReason } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { visible } from "./visible.ts";

const advice: Readonly<Record<UnprovableReason, string>> = {
  NOT_FOUND: "Is this the right journal? `openrouter-audit query --json` shows the ids, logs and numbers.",
  NOT_COVERED: "Only what a signature covers can be proven, and nobody was told that the rest was recorded.",
  LINES_MISSING:
    "Give the files that hold them, too. If there are none, lines were removed: see `openrouter-audit verify`.",
  TAMPERED: "Nothing from there on proves anything. `openrouter-audit verify` tells more.",
  UNDELEGATED: "Is --key the right public key? Another secret wrote this log.",
  UNSUPPORTED: "A newer version of this command can make the proof.",
};

/** Why there is no proof, where the journal says so, and what can be done. */
export function unprovableText({ reason, message, at }: Unprovable, { bold, red, dim }: Colors): string {
  return `${[
    `${bold(red("NO PROOF"))}  ${visible(message)}`,
    ...(at ? [`  ${visible(at.file)}:${at.line}`] : []),
    `  ${dim(advice[reason])}`,
  ].join("\n")}\n`;
}
