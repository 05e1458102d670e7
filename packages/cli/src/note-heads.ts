import { existsSync } from "node:fs";
import { type JournalVerification, updateKnownHeads } from "@openrouter-audit/core";
import { many } from "./format/amounts.ts";

/** Notes what was found, and says so. Of what was tampered with nothing is noted: the older heads are the evidence. */
export function noteHeads(file: string, found: JournalVerification): string {
  if (found.result === "tampered") {
    const state = existsSync(file) ? `${file} stays as it was` : `${file} was not made`;
    return `No heads were noted: this is not what was sealed. ${state}.\n`;
  }
  const noted = many(updateKnownHeads(file, found), "head");
  return `${noted} in ${file}. Keep it where nobody who writes the journal can reach it.\n`;
}
