import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { anchorDirectory } from "@openrouter-audit/anchor";
import { journalFiles } from "@openrouter-audit/core";
import { unreadLog } from "@openrouter-audit/retention";
import type { CommandIo } from "./command-io.ts";
import { UnusableError } from "./exit-code.ts";
import { once } from "./once.ts";
import { deletedDays, deletedText } from "./retention/deleted-days.ts";
import { several } from "./several.ts";

/** The help text of every `[dir]` argument. */
export const directoryArgument = "the journal (default: OPENROUTER_AUDIT_DIR, else ./audit_logs)";

/** The directory a command is about. @throws UnusableError for a URL; it is not shown, for it may hold a password */
export function journalDirectory(given: string | undefined, env: CommandIo["env"]): string {
  const directory = given ?? (env.OPENROUTER_AUDIT_DIR || "./audit_logs");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(directory)?.[1];
  if (scheme === undefined) return directory;
  throw new UnusableError(
    `This is about the directory of a journal, and ${scheme}://… is none. A table in Postgres is taken, as an argument, by query, verify, ` +
      "prove, prove-consistency and postgres.",
  );
}

/** That nobody named the directory a command was about, as a sentence after others; else nothing. */
export function unnamedText(given: string | undefined, env: CommandIo["env"]): string {
  if (given !== undefined) return "";
  const which = env.OPENROUTER_AUDIT_DIR ? "OPENROUTER_AUDIT_DIR" : "the default";
  return ` No directory was named, and so ${which} was taken: ${journalDirectory(given, env)}.`;
}

/** The directory a command is about, which holds a journal. @param or what else may be named there @throws UnusableError */
export function existingJournal(given: string | undefined, env: CommandIo["env"], or = ""): string {
  const directory = journalDirectory(given, env);
  const state = stateOf(directory, anchorsFor(directory, {}, env));
  if (state === null) return directory;
  const where =
    given === undefined
      ? "Run this where the application runs, name the directory, or set OPENROUTER_AUDIT_DIR."
      : `Name the directory that holds the audit_YYYY-MM-DD.jsonl files${or}.`;
  throw new UnusableError(`There is no journal in ${directory}: ${state}.\n${where}`);
}

/** What is named so was meant for a file of a journal, or for a package. */
const isFileName = /\.(?:zip|jsonl|gz)$/i;

/** Why a directory is no journal, or null when it is one. */
function stateOf(directory: string, anchors: string): string | null {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (!found) return `there is no such ${isFileName.test(directory) ? "file or directory" : "directory"}`;
  if (!found.isDirectory()) return "that is not a directory";
  if (journalFiles(directory).length > 0) return null;
  const deleted = deletedText(deletedDays(anchors));
  if (deleted !== null) return deleted;
  const unread = unreadLog(directory, anchors);
  if (unread !== null)
    return `it has no file audit_YYYY-MM-DD.jsonl; its tombstones, if they were deleted, are ${unread}`;
  return publicKeyIn(directory) === null
    ? "it has no file audit_YYYY-MM-DD.jsonl"
    : "it has a public key but no file audit_YYYY-MM-DD.jsonl; if entries were written, they were removed";
}

/** The public key a journal keeps beside its files, or null. */
export function publicKeyIn(directory: string): string | null {
  try {
    return readFileSync(join(directory, "public-key"), "utf8").trim();
  } catch {
    return null;
  }
}

const anchorsMeaning =
  "the anchor log (default: OPENROUTER_AUDIT_ANCHOR_DIR, unless OPENROUTER_AUDIT_DIR is another journal; else anchor in it)";

/** The option that every command has which reads or writes an anchor log. */
export const anchorsOption = ["--anchors <dir>", anchorsMeaning, once] as const;

/** The same for a command that reads those of several journals. */
export const manyAnchorsOption = [
  "--anchors <dir>",
  `${anchorsMeaning}; may be given again`,
  several,
] as const;

/** Where the anchor log of a journal is, or is to be. */
export function anchorsFor(
  directory: string,
  { anchors }: { readonly anchors?: string | undefined },
  env: CommandIo["env"],
): string {
  return anchors ?? anchorDirectory(directory, env);
}

/** The option of commands that delete, and so begin none by a slip. */
export const newLogOption = [
  "--new-log",
  "begin the anchor log where --anchors says, when there is none",
] as const;

/**
 * The same for who deletes: an anchor log that is begun then knows of no hold, and is missing where everybody looks.
 *
 * @throws UnusableError
 */
export function anchorsToDeleteBy(
  directory: string,
  { anchors, newLog }: { readonly anchors?: string | undefined; readonly newLog?: boolean | undefined },
  env: CommandIo["env"],
): string {
  const place = anchorsFor(directory, { anchors }, env);
  // One that has no name is refused by who opens it.
  if (!anchors || newLog || existsSync(join(place, "anchor.jsonl"))) return place;
  throw new UnusableError(
    `There is no anchor log in ${place}: is that its name? Holds would be where nobody reads them. With --new-log one is begun there.`,
  );
}

/** The same for who only reads. Undefined: it is in the journal itself, if there is one. */
export function anchorsSaidFor(
  directory: string,
  { anchors }: { readonly anchors?: string | undefined },
  env: CommandIo["env"],
): string | undefined {
  const place = anchorsFor(directory, { anchors }, env);
  if (anchors !== undefined) return place;
  return place !== join(directory, "anchor") && existsSync(place) ? place : undefined;
}
