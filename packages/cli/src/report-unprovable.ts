import type { Unprovable } from "@openrouter-audit/core";
import { exitCode } from "./exit-code.ts";
import { unprovableText } from "./format/unprovable-text.ts";
import { jsonLine } from "./format/visible.ts";
import type { Terminal } from "./terminal.ts";

/** Says why there is no proof. What is not there at all is no answer about the journal. */
export function reportUnprovable(why: Unprovable, json: boolean, { stdout, colors }: Terminal): number {
  stdout.write(json ? `${jsonLine(why)}\n` : unprovableText(why, colors));
  return why.reason === "NOT_FOUND" ? exitCode.unusable : exitCode.problem;
}
