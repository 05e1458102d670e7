import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { createOnce } from "../journal/create-once.ts";
import { flushDirectory } from "../journal/journal-file.ts";
import { unwritable } from "../journal/open-directory.ts";
import { replaceFile } from "../journal/replace-file.ts";
import { formatNote, type RootSigner, verifierOf } from "../seal/signed-note.ts";
import { reasonOf } from "../user-answer.ts";
import { type RootKey, rootSigner } from "./root-key.ts";
import { idOf, type RotationNote, rotationFile, rotationText } from "./rotation-note.ts";
import { rotationNotesIn } from "./rotation-notes.ts";

export interface RotateKeyOptions {
  /** The secret or the root key the journal has. */
  readonly from: string | RootKey;
  /** The secret or the root key that takes over. It gets the same name. */
  readonly to: string | RootKey;
  /** The time in the note. @default the present time */
  readonly now?: Date;
}

/** A rotation that is on the disk. */
export interface KeyRotation extends RotationNote {
  /** False when it was there already, and nothing was done. */
  readonly rotated: boolean;
}

/**
 * Replaces the root key of a journal: both keys sign a rotation note, which is written first, and then the file
 * `public-key`. When only the first came to pass, the same call finishes it, and so does a start with the new key. The
 * application need not be stopped: until its next start it goes on with the old key. See docs/seal.md, "Rotation".
 *
 * @throws AuditError `KEY_MISMATCH` when the journal has another key than `from`, or `to` has been its key before;
 * `JOURNAL_UNREADABLE`, `JOURNAL_UNWRITABLE`, `INVALID_OPTIONS`, `SECRET_TOO_SHORT`. What a key service throws comes as the
 * `cause` of `JOURNAL_UNWRITABLE`.
 */
export async function rotateKey(directory: string, options: RotateKeyOptions): Promise<KeyRotation> {
  const found = keyOf(directory);
  const name = found.slice(0, found.indexOf("+"));
  const [from, to] = [rootSigner(options.from, name), rootSigner(options.to, name)];
  try {
    const note = noteBetween(directory, from.vkey, to.vkey);
    if (note && found === to.vkey) return { ...note, rotated: false };
    if (found !== from.vkey) throw refused(directory, `it has the key ${found}, not ${from.vkey}`);
    if (!note) checkNew(directory, from.vkey, to.vkey);
    const written = note ?? (await writeNote(directory, from, to, options.now ?? new Date()));
    replaceFile(join(directory, "public-key"), `${to.vkey}\n`);
    return { ...written, rotated: true };
  } catch (cause) {
    throw cause instanceof AuditError ? cause : unwritable(directory, cause);
  }
}

function keyOf(directory: string): string {
  try {
    const found = readFileSync(join(directory, "public-key"), "utf8").trim();
    if (verifierOf(found)) return found;
    throw new Error("it holds no vkey");
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `Cannot read the key of the journal in ${directory} from its file public-key: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

function noteBetween(directory: string, from: string, to: string): RotationNote | null {
  return rotationNotesIn(directory).notes.find((note) => note.from === from && note.to === to) ?? null;
}

/** A key that comes back would make a circle, and a second successor a fork: neither says which key is the newest. */
function checkNew(directory: string, from: string, to: string): void {
  if (from === to) throw refused(directory, `${to} is its key already`);
  if (idOf(from) === idOf(to))
    throw refused(directory, `both keys have the key id ${idOf(to)}; make another`);
  const { notes } = rotationNotesIn(directory);
  if (notes.some((note) => note.from === to || note.to === to))
    throw refused(directory, `${to} has been a key of this journal before; make another`);
  const other = notes.find((note) => note.from === from);
  if (other)
    throw refused(
      directory,
      `${other.file} says that ${from} was rotated to ${other.to}. Finish that rotation; or, if it is not yours, ` +
        "somebody has the old key: remove the file, and tell the auditor which key is yours",
    );
}

async function writeNote(
  directory: string,
  from: RootSigner,
  to: RootSigner,
  now: Date,
): Promise<RotationNote> {
  const text = rotationText(from.vkey, to.vkey, now);
  const name = from.vkey.slice(0, from.vkey.indexOf("+"));
  const [older, newer] = [await signed(directory, from, text), await signed(directory, to, text)];
  const file = rotationFile(from.vkey, to.vkey);
  const path = join(directory, file);
  if (!createOnce(path, `${formatNote(text, name, older)}\u2014 ${name} ${newer}\n`)) {
    const there = noteBetween(directory, from.vkey, to.vkey);
    if (there) return there;
    const { reason } = rotationNotesIn(directory).refused.find((each) => each.file === file) ?? {};
    throw refused(directory, `${file} is there already${reason ? `, and ${reason}` : ""}. Remove it`);
  }
  flushDirectory(directory);
  // Two that rotate at once both took the other's note for not there: now each sees it, and takes back its own.
  if (rotationNotesIn(directory).notes.some((each) => each.from === from.vkey && each.to !== to.vkey)) {
    rmSync(path);
    throw refused(directory, "another rotation was made at the same time. See: openrouter-audit keys");
  }
  return { file, from: from.vkey, to: to.vkey, time: now.toISOString() };
}

async function signed(directory: string, signer: RootSigner, text: string): Promise<string> {
  try {
    return await signer.sign(text);
  } catch (cause) {
    const message =
      `The root key of the journal in ${directory} was not rotated, because ${signer.vkey} could not sign: ` +
      `${reasonOf(cause)}. Nothing was written.`;
    throw new AuditError("JOURNAL_UNWRITABLE", message, { cause });
  }
}

function refused(directory: string, why: string): AuditError {
  return new AuditError(
    "KEY_MISMATCH",
    `The root key of the journal in ${directory} was not rotated: ${why}.`,
  );
}
