import { formatNote, type NoteSigner, type NoteVerifier, openNote } from "./signed-note.ts";

const header = "openrouter-audit/log-delegation/v1";

/** A signed note by the root key that certifies the key of one log. See docs/seal.md, "Keys". */
export function issueDelegation(root: NoteSigner, origin: string, logVkey: string, created: Date): string {
  const text = `${header}\n${origin}\n${logVkey}\n${created.toISOString()}\n`;
  return formatNote(text, root.vkey.slice(0, root.vkey.indexOf("+")), root.sign(text));
}

/** Whether `note` is the delegation by one of the root keys of `origin` to `logVkey`. */
export function isDelegation(
  note: string,
  rootKeys: readonly NoteVerifier[],
  origin: string,
  logVkey: string,
): boolean {
  const lines = openNote(note, rootKeys)?.split("\n");
  return (
    lines !== undefined &&
    lines.length === 5 &&
    lines[0] === header &&
    lines[1] === origin &&
    lines[2] === logVkey &&
    logVkey.startsWith(`${origin}+`)
  );
}
