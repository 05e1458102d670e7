import { existsSync, readFileSync } from "node:fs";
import { AuditError } from "../audit-error.ts";
import { replaceFile } from "../journal/replace-file.ts";
import { anchorVerifiersOf } from "../seal/anchor-key.ts";
import { type Checkpoint, parseCheckpoint } from "../seal/checkpoint.ts";
import { isProvenHead, type LogHead } from "../seal/log-head.ts";
import { type NoteVerifier, openNote, verifierOf } from "../seal/signed-note.ts";
import type { LogVerification } from "./log-verification.ts";

// See docs/seal.md, "Heads".

/** What a log looked like, proven: of a head or a checkpoint. */
export type KnownHead = Pick<LogHead, "log" | "size" | "chain_hash">;

/**
 * Known heads, from a file or as they are. The file may also be a checkpoint of the anchor log, cosigned or not.
 *
 * @throws AuditError `HEADS_UNREADABLE` when one of them does not prove itself: such a file is worth nothing
 */
export function knownHeads(
  known: string | readonly LogHead[],
  rootKeys: readonly NoteVerifier[],
): KnownHead[] {
  const checkpoint = typeof known === "string" ? checkpointIn(textOf(known), rootKeys) : null;
  if (!checkpoint) return provenHeads(known, rootKeys);
  const { origin, size, root } = checkpoint;
  return [{ log: origin, size, chain_hash: root }];
}

function checkpointIn(text: string, rootKeys: readonly NoteVerifier[]): Checkpoint | null {
  const signed = openNote(text, anchorVerifiersOf(rootKeys));
  return signed === null ? null : parseCheckpoint(signed);
}

/** The heads in a file of known heads, or as they are. @throws AuditError `HEADS_UNREADABLE` */
export function provenHeads(
  known: string | readonly LogHead[],
  rootKeys: readonly NoteVerifier[],
): LogHead[] {
  const whence = typeof known === "string" ? `Line %d of ${known}` : "Known head %d";
  const heads: readonly unknown[] = typeof known === "string" ? textOf(known).split("\n").map(parsed) : known;
  return heads.flatMap((head, index) => {
    if (head === undefined) return [];
    if (isProvenHead(head, rootKeys)) return [head];
    throw unreadable(
      `${whence.replace("%d", String(index + 1))} is not a head that the public key proves: it was changed, belongs to ` +
        "another key, or the note is missing by which a key took over from another.",
    );
  });
}

/** Of a `JournalVerification` what is noted of it. */
export interface FoundHeads {
  /** The vkeys that were trusted. */
  readonly trusted: readonly string[];
  readonly logs: readonly LogVerification[];
}

/**
 * Puts what a verification found into a file of known heads, made (0600) when there is none: the newest head of each log
 * that was not tampered with takes the place of the older one, and heads of logs that are gone stay.
 *
 * @returns how many heads the file holds now
 * @throws AuditError `HEADS_UNREADABLE`, and what the file system throws when it cannot be written
 */
export function updateKnownHeads(path: string, { trusted, logs }: FoundHeads): number {
  const known = existsSync(path)
    ? provenHeads(
        path,
        trusted.map((vkey) => verifierOf(vkey)!),
      )
    : [];
  const newest = new Map(known.map((head) => [head.log, head]));
  for (const { log, head, result } of logs) {
    if (result === "tampered" || !head || head.size < (newest.get(log)?.size ?? 0)) continue;
    newest.set(log, head);
  }
  replaceFile(path, [...newest.values()].map(formatHead).join(""));
  return newest.size;
}

/** A line of a file of heads. */
export function formatHead({ log, size, chain_hash, signature, log_key, delegation }: LogHead): string {
  return `${JSON.stringify({ log, size, chain_hash, signature, log_key, delegation })}\n`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(`Cannot read ${path}: ${(cause as Error).message}.`);
  }
}

/** Undefined for an empty line. */
function parsed(line: string): unknown {
  if (line.trim() === "") return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function unreadable(message: string): AuditError {
  return new AuditError("HEADS_UNREADABLE", message);
}
