import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dayOfFile, type JournalVerification } from "@openrouter-audit/core";
import { daysText } from "../format/days-text.ts";

/**
 * The days (UTC) of which an anchor log says that retention deleted files, or days of a table; oldest first. Nothing is verified: it is
 * to be said that they were there, and `verify` says whether it is true.
 */
export function deletedDays(anchors: string, { ofTable = false } = {}): string[] {
  const days = textOf(join(anchors, "anchor.jsonl"))
    .split("\n")
    .filter((line) => line.includes('"audit.deleted"'))
    .flatMap((line) => daysOf(line, ofTable));
  return [...new Set(days)].sort();
}

/** The same of the anchor logs that a verification read; of one that does not verify, nothing is told. */
export function deletedBy({ anchors }: JournalVerification, { ofTable = false } = {}): string[] {
  const days = anchors.flatMap(({ head, directory }) => (head ? deletedDays(directory, { ofTable }) : []));
  return [...new Set(days)].sort();
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Most journals have none.
    return "";
  }
}

function daysOf(line: string, ofTable: boolean): string[] {
  try {
    const { event_type, detail } = JSON.parse(line);
    if (event_type !== "audit.deleted" || Boolean(detail.table) !== ofTable) return [];
    return detail.files.flatMap(({ file }: { file: string }) => (ofTable ? file : dayOfFile(file)) ?? []);
  } catch {
    // What is damaged in it is for `verify` to say.
    return [];
  }
}

/** That days were deleted, as a clause; null when none were. */
export function deletedText(days: readonly string[]): string | null {
  return days.length === 0 ? null : `retention deleted ${daysText(days)} (openrouter-audit retain log)`;
}
