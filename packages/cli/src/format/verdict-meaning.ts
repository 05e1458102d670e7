import type { Verdict } from "@openrouter-audit/core";

/** What each verdict tells, and what to do about it. docs/seal.md, "Verification", has the exact rules. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  ROOT_MISMATCH:
    "This line, or one before it, is not what was sealed. Nothing after it in this log proves anything.",
  BAD_SIGNATURE: "The signature on this line was not made by the process that wrote the log.",
  NOT_CANONICAL: "The line was written by something else: the same text could be read in two ways.",
  SEQ_GAP: "Lines that the log once had are missing.",
  SEQ_ORDER: "Lines were moved.",
  FORK: "There are two histories of this log; only one can be the real one.",
  UNDELEGATED_STREAM:
    "The key of this log was not certified by the public key: another secret wrote it, this is the wrong public key, or the note is not here by which a key took over.",
  TRUNCATED: "The end of the log was cut off, or an old copy was put back: somebody had seen more of it.",
  MISSING_STREAM:
    "A whole log was removed that somebody had seen. If files were archived, verify with them in place.",
  RETENTION_VIOLATION: "Entries were deleted sooner than they may be.",
  UNCLOSED:
    "A write failed, the process was killed or the machine lost power; or the end was cut off, which looks the same.",
  UNSIGNED_TAIL:
    "These lines prove nothing: a write was cut before its signature, or somebody without the key wrote them.",
  TORN_TAIL: "A write was cut in mid-line: a crash or a full disk.",
  FOREIGN_LINE: "Something other than the audit log wrote into the file.",
  MISFILED:
    "A file was renamed, or lines were moved into it. Nothing is lost, but a search does not find it, or sums are wrong.",
  GAP: "The journal could not be written for a while; the log says so itself.",
  PARTIAL: "What is here is as it was sealed; with the other files, more could be said.",
  REFUSED_FILE:
    "Nothing in this file was looked at, or not all: it is not what its name says, is damaged, or would fill the disk.",
  UNSUPPORTED: "The log was written by a newer version. A newer version of this command can judge it.",
  BAD_LINK: "It says nothing about the log it names.",
  BAD_ROTATION: "No key is trusted because of this file.",
  DUPLICATE: "The same line, byte for byte, stands there twice. This changes nothing.",
};

/** Of `MISSING_STREAM`, where it is the anchor log that is missing. */
export const anchorLogMissing =
  "The anchor log was removed, and nobody can say what else is gone; or it is not beside what was given. If it is kept elsewhere, say where: --anchors DIR, or for a journal directory OPENROUTER_AUDIT_ANCHOR_DIR.";

/** The same of a store, which has days and columns in place of files. */
export const verdictMeaningInStore: Readonly<Record<Verdict, string>> = {
  ...verdictMeaning,
  SEQ_GAP:
    "Lines that the log once had are missing: days that were dropped, entries that were set aside, or lines that were taken out. The journal has them, if it was kept.",
  MISSING_STREAM:
    "A whole log is gone that somebody had seen: its days were dropped, or it was taken out. The journal has it, if it was kept.",
  FOREIGN_LINE: "Something other than the audit log wrote this row.",
  MISFILED:
    "The columns were changed, or say something else than their line. Nothing is lost, but a search does not find it, or sums are wrong.",
};
