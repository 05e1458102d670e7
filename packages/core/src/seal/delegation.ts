import { type NoteSigner, type NoteVerifier, openNote, type RootSigner, signNote } from "./signed-note.ts";

const header = "openrouter-audit/log-delegation/v1";

/** A signed note by the root key that certifies the key of one log. See docs/seal.md, "Keys". */
export function issueDelegation(root: NoteSigner, origin: string, logVkey: string, created: Date): string;
export function issueDelegation(
  root: RootSigner,
  origin: string,
  logVkey: string,
  created: Date,
): string | Promise<string>;
export function issueDelegation(root: RootSigner, origin: string, logVkey: string, created: Date) {
  return signNote(`${header}\n${origin}\n${logVkey}\n${created.toISOString()}\n`, root);
}

/** Whether `note` is the delegation by one of the root keys of `origin` to `logVkey`. */
export function isDelegation(
  note: string,
  rootKeys: readonly NoteVerifier[],
  origin: string,
  logVkey: string,
): boolean {
  // What it says is cheap to compare; a signature is not, and anybody can write notes.
  const said = note.startsWith(`${header}\n${origin}\n${logVkey}\n`) && logVkey.startsWith(`${origin}+`);
  return said && openNote(note, rootKeys)?.split("\n").length === 5;
}
