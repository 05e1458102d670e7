import { readdirSync } from "node:fs";
import { join } from "node:path";
import { smallFile } from "../journal/small-file.ts";
import { anchorOrigin, anchorVerifiersOf } from "../seal/anchor-key.ts";
import { type Checkpoint, parseCheckpoint } from "../seal/checkpoint.ts";
import { type NoteVerifier, openNote } from "../seal/signed-note.ts";
import type { AnchorLog } from "./anchor-log.ts";
import type { KnownHead } from "./known-heads.ts";
import { entriesBetween } from "./missing-lines.ts";

/** In bytes: room for the signatures of many witnesses. */
const largest = 1 << 20;

/**
 * Compares an anchor log with the checkpoints beside it: it must be there, and be neither older than any of them nor another one.
 *
 * @param within what the places of the files begin with, where they are named
 */
export function compareBeside(
  log: AnchorLog,
  directory: string,
  rootKeys: readonly NoteVerifier[],
  within = "",
): void {
  const anchorKeys = anchorVerifiersOf(rootKeys);
  for (const { where, text } of filesBeside(directory)) {
    // Everybody can put a file there, so that only what the root key signed counts.
    const signed = openNote(text, anchorKeys);
    const checkpoint = signed === null ? null : parseCheckpoint(signed);
    if (checkpoint && anchorKeys.some(({ name }) => name === checkpoint.origin))
      compare(log, checkpoint, join(within, where));
  }
}

/**
 * Compares the anchor logs that were read with heads of them from elsewhere. Those of journals with one root key have one origin, so
 * that a head is of any of them.
 *
 * @param logs at least one, which is empty where no anchor log was looked at
 * @returns those that a head was compared with
 */
export function compareKnown(
  logs: readonly AnchorLog[],
  rootKeys: readonly NoteVerifier[],
  knownHeads: readonly KnownHead[],
): ReadonlySet<AnchorLog> {
  const compared = ofAnchorLog(knownHeads, rootKeys).map(({ log: origin, size, chain_hash: root }) => {
    const log = likeliest(logs, { origin, size, root });
    compare(log, { origin, size, root }, "a known head", ". One that is kept elsewhere has to be given too");
    return log;
  });
  return new Set(compared);
}

/** The log that a head is of; when it is none's, one that it says the least against: what it says is no slander of the others. */
function likeliest(logs: readonly AnchorLog[], { origin, size, root }: Checkpoint): AnchorLog {
  const named = logs.filter(({ claimed }) => claimed === origin);
  return (
    named.find((log) => size <= log.size && log.rootAt(size) === root) ??
    named.find(isOver) ??
    named.find((log) => log.size < size) ??
    named[0] ??
    logs[0]!
  );
}

/** Whether nothing more can be said of it: it is tampered with, or this version does not understand it. */
function isOver(log: AnchorLog): boolean {
  return log.over || log.problems.some(({ result }) => result === "tampered");
}

/** The heads of the anchor log, which is no log of the journal. */
export function ofAnchorLog(heads: readonly KnownHead[], rootKeys: readonly NoteVerifier[]): KnownHead[] {
  return heads.filter(({ log }) => rootKeys.some(({ name }) => log === anchorOrigin(name)));
}

/** Whether anything was published from an anchor log. */
export function wasPublished(directory: string): boolean {
  return filesBeside(directory).length > 0;
}

/** What is no plain file, or much larger than any checkpoint, is none. */
function filesBeside(directory: string): { where: string; text: string }[] {
  const names = ifThere(() => readdirSync(join(directory, "receipts"))) ?? [];
  const checkpoints = names.filter((name) => name.endsWith(".checkpoint")).map((name) => `receipts/${name}`);
  return ["checkpoint", ...checkpoints].flatMap((where) => {
    const bytes = ifThere(() => smallFile(join(directory, where), largest));
    return bytes ? [{ where, text: bytes.toString() }] : [];
  });
}

/** Null of what is not there, or is something else than a writer makes. @throws any other error of the file system */
function ifThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code!)) return null;
    throw error;
  }
}

/** @param advice said when the log is missing */
function compare(log: AnchorLog, { origin, size, root }: Checkpoint, where: string, advice = ""): void {
  if (size < 1 || log.problems.some(({ verdict }) => verdict === "MISSING_STREAM")) return;
  if (log.claimed !== origin) {
    const known = `${where} proves ${size} ${size === 1 ? "entry" : "entries"} of it`;
    log.reportMissing(origin, `the anchor log ${origin} is not here: ${known}${advice}`);
    return;
  }
  if (isOver(log)) return;
  if (size > log.size)
    log.report("TRUNCATED", null, `${entriesBetween(log.size, size)} missing: ${where} proves more`);
  else if (log.rootAt(size) !== root)
    log.report("FORK", null, `the first ${size} entries are not those that ${where} proves`);
}
