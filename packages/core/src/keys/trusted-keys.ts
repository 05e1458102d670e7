import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";
import { idOf, type RotationNote } from "./rotation-note.ts";
import { type RefusedNote, rotationNotesIn } from "./rotation-notes.ts";

export interface TrustOptions {
  /**
   * Whether keys that took over from the given one are trusted too. `false` when the given key may have been stolen: a
   * thief can sign a rotation to a key of their own. @default true
   */
  readonly successors?: boolean;
}

/** A root key that is trusted, and why. */
export interface TrustedKey {
  readonly vkey: string;
  /** The key id, 8 hexadecimal digits. */
  readonly id: string;
  readonly relation: "given" | "predecessor" | "successor";
  /** The note that leads to it from a key before it in the list; null for the given key. */
  readonly note: RotationNote | null;
}

/** Which root keys are trusted by somebody who trusts one. */
export interface KeyTrust {
  /** The given key, then its predecessors, then its successors; of each kind the nearest first. */
  readonly keys: readonly TrustedKey[];
  /** Every rotation note that verifies, also those that say nothing about the given key. */
  readonly notes: readonly RotationNote[];
  readonly refused: readonly RefusedNote[];
}

/**
 * The root keys that somebody who trusts one of them trusts by the rotation notes in a journal directory: its predecessors,
 * because it signed that it took over from them, and its successors, because it signed that they took over. Not other
 * successors of a predecessor: whoever has an old key can sign as many as they like. See docs/seal.md, "Rotation".
 *
 * @param directories where the notes are: the journal, or several
 * @param key a vkey
 * @throws the file system's error when a directory cannot be read
 */
export function trustedKeys(
  directories: string | readonly string[],
  key: string,
  options: TrustOptions = {},
): KeyTrust {
  const found = [directories].flat().map((directory) => rotationNotesIn(directory));
  const notes = found.flatMap((each) => each.notes);
  const refused = found.flatMap((each) => each.refused);
  const given: TrustedKey = { vkey: key, id: idOf(key), relation: "given", note: null };
  const predecessors = follow(notes, key, "predecessor");
  const successors = options.successors === false ? [] : follow(notes, key, "successor");
  const before = new Set(predecessors.map(({ vkey }) => vkey));
  return {
    keys: [given, ...predecessors, ...successors.filter(({ vkey }) => !before.has(vkey))],
    notes,
    refused,
  };
}

/** The same as the keys that verify. */
export function trustedVerifiers(
  directories: string | readonly string[],
  root: NoteVerifier,
  options: TrustOptions = {},
): NoteVerifier[] {
  return trustedKeys(directories, root.vkey, options).keys.map(({ vkey }) => verifierOf(vkey)!);
}

/** Goes from key to key in one direction, never to one twice: notes may go round in a circle. */
function follow(
  notes: readonly RotationNote[],
  start: string,
  relation: "predecessor" | "successor",
): TrustedKey[] {
  const [here, there] = relation === "predecessor" ? (["to", "from"] as const) : (["from", "to"] as const);
  const seen = new Set([start]);
  const found: TrustedKey[] = [];
  // The list grows while it is walked.
  for (const key of seen) {
    for (const note of notes.filter((each) => each[here] === key)) {
      const vkey = note[there];
      if (!seen.has(vkey)) found.push({ vkey, id: idOf(vkey), relation, note });
      seen.add(vkey);
    }
  }
  return found;
}
