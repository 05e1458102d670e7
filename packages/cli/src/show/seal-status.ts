import { join } from "node:path";
import type { EntryTable } from "@openrouter-audit/analysis";
import {
  type AuditEntry,
  dayOfFile,
  type Journal,
  journalFiles,
  proveEntry,
  type UnprovableReason,
} from "@openrouter-audit/core";
import { publicKeyIn } from "../journal-directory.ts";

/** What is known of the seal of an entry. */
export type SealStatus =
  | {
      readonly checked: true;
      /** Whether its line is in canonical form, and covered by a signature of its log, whose key the root key certified. */
      readonly sealed: boolean;
      /** Why not. */
      readonly reason: UnprovableReason | null;
      readonly message: string;
      /** `journal`: nobody said which key to expect, so the one beside the journal was taken. */
      readonly key: "given" | "journal";
      /** How many entries the log had at the signature that covers it; null when none does. */
      readonly size: number | null;
    }
  | { readonly checked: false; readonly message: string };

export interface SealOptions {
  readonly key: string | undefined;
  readonly rotations: string | undefined;
  readonly onProgress: (done: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/** Checks an entry against the signature of its log, with the key that was given, else with the one beside the journal. */
export async function sealStatusOf(
  table: EntryTable,
  { log, seq }: AuditEntry,
  day: string,
  { key, rotations, onProgress }: SealOptions,
): Promise<SealStatus> {
  const journal = await table.sealed();
  const own = typeof journal === "string" ? publicKeyIn(journal) : null;
  if (key === undefined && own === null) {
    await closed(journal);
    return {
      checked: false,
      message: `not checked: no key was given, and ${whereNone(journal)}. Give it: --key`,
    };
  }
  const options = {
    ...(key !== undefined && { key }),
    ...(rotations !== undefined && { rotations }),
    onProgress,
  };
  try {
    let proof = await proveEntry(filesOf(journal, day), { log, seq }, options);
    // The signature, or where the log begins, may stand in files of other days.
    if (!proof.proven && proof.reason !== "TAMPERED" && typeof journal === "string")
      proof = await proveEntry(journal, { log, seq }, options);
    const which = key === undefined ? "journal" : "given";
    if (!proof.proven)
      return {
        checked: true,
        sealed: false,
        reason: proof.reason,
        message: proof.message,
        key: which,
        size: null,
      };
    const message =
      proof.size === seq + 1 ? "signed itself" : `covered by the signature of entry ${proof.size - 1}`;
    return { checked: true, sealed: true, reason: null, message, key: which, size: proof.size };
  } finally {
    await closed(journal);
  }
}

/** Each file begins with what is needed to check it: that of its day is enough, as a rule. */
function filesOf(journal: Journal, day: string): Journal {
  if (typeof journal !== "string") return journal;
  const files = journalFiles(journal).filter((file) => dayOfFile(file) === day);
  return files.length > 0 ? files.map((file) => join(journal, file)) : journal;
}

function whereNone(journal: Journal): string {
  return typeof journal === "string" ? "there is none beside the journal" : "a store vouches for nothing";
}

async function closed(journal: Journal): Promise<void> {
  if (typeof journal === "object" && "close" in journal) await journal.close?.();
}
