import { type NoteVerifier, openNote, verifierOf } from "../seal/signed-note.ts";

const header = "openrouter-audit/key-rotation/v1";
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** That one root key took over from another, signed by both. See docs/seal.md, "Rotation". */
export interface RotationNote {
  /** The name of its file in the journal directory. */
  readonly file: string;
  /** The vkey that was replaced. */
  readonly from: string;
  /** The vkey that took over. */
  readonly to: string;
  /** When, as whoever signed it says (RFC 3339). */
  readonly time: string;
}

/** The text that both keys sign. */
export function rotationText(from: string, to: string, time: Date): string {
  return `${header}\n${from}\n${to}\n${time.toISOString()}\n`;
}

/** The name of the file that holds the note. */
export function rotationFile(from: string, to: string): string {
  return `key-rotation-${idOf(from)}-${idOf(to)}.note`;
}

const fileName = /^key-rotation-([0-9a-f]{8})-([0-9a-f]{8})\.note$/;

export function isRotationFile(name: string): boolean {
  return fileName.test(name);
}

/** The key id of a vkey, 8 hexadecimal digits. */
export function idOf(vkey: string): string {
  return vkey.split("+", 2)[1] ?? "";
}

/** Reads a note that verifies; of another, the reason why it says nothing. */
export function readRotationNote(file: string, note: string): RotationNote | { readonly reason: string } {
  const lines = note.slice(0, Math.max(0, note.lastIndexOf("\n\n") + 1)).split("\n");
  const [first, from = "", to = "", time = "", ...rest] = lines;
  if (first !== header || rest.length !== 1 || rest[0] !== "" || !rfc3339.test(time))
    return { reason: "it is no rotation note" };
  const [older, newer] = [verifierOf(from), verifierOf(to)];
  if (!older || !newer) return { reason: "a key in it is not a vkey" };
  if (from === to || older.name !== newer.name)
    return { reason: "its keys must be two keys of the same name" };
  if (rotationFile(from, to) !== file) return { reason: "its name is not that of the keys in it" };
  const unsigned = [older, newer].find((key) => !isSignedBy(note, key));
  if (unsigned) return { reason: `the signature of ${idOf(unsigned.vkey)} is missing or wrong` };
  return { file, from, to, time };
}

/** Each alone: when both have one key id, the signature of one is no signature of the other. */
function isSignedBy(note: string, key: NoteVerifier): boolean {
  return openNote(note, [key]) !== null;
}
