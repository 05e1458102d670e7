import { parseHash } from "../seal/checkpoint.ts";
import { isDelegation } from "../seal/delegation.ts";
import { checkpointText } from "../seal/line.ts";
import { type NoteVerifier, openNote, verifierOf } from "../seal/signed-note.ts";
import { ProofFailure } from "./proof-failure.ts";
import { wholeNumberOf } from "./proof-file.ts";

/** The key of a log, as a root key certified it. */
export interface DelegatedKey {
  readonly origin: string;
  readonly key: NoteVerifier;
  /** The vkey of the root key that did. */
  readonly rootKey: string;
  /** When, in the words of whoever did; compared with nothing. */
  readonly time: string;
}

/** A size of a log and the root it had then. */
export interface SizedRoot {
  readonly size: number;
  readonly root: Buffer;
}

/** Step `delegation`. @throws ProofFailure */
export function openDelegation(note: string, rootKeys: readonly NoteVerifier[]): DelegatedKey {
  // Read before it is known to be signed, and believed only after.
  const [, origin = "", vkey = "", time = ""] = note.split("\n", 4);
  const key = verifierOf(vkey);
  if (key && isDelegation(note, rootKeys, origin, vkey)) {
    const root = rootKeys.find((each) => isDelegation(note, [each], origin, vkey))!;
    return { origin, key, rootKey: root.vkey, time };
  }
  throw new ProofFailure(
    "delegation",
    "the delegation of the log's key is not signed by the public key",
    `a delegation signed by ${rootKeys.map(({ vkey: root }) => idOf(root)).join(" or ")}`,
    signersOf(note),
  );
}

/** Step `checkpoint`, and the same of an old head. @throws ProofFailure */
export function openCheckpoint(
  note: string,
  { origin, key }: DelegatedKey,
  step: "checkpoint" | "old head" = "checkpoint",
): SizedRoot {
  const text = openNote(note, [key]);
  if (text === null)
    throw new ProofFailure(
      step,
      "the checkpoint is not signed by the key that was delegated",
      `a checkpoint of ${origin} signed by ${idOf(key.vkey)}`,
      signersOf(note),
    );
  const [, size = "", root = ""] = text.split("\n");
  const head = { size: wholeNumberOf(size), root: parseHash(root) };
  if (head.size !== null && head.root !== null && text === checkpointText(origin, head.size, root))
    return { size: head.size, root: head.root };
  throw new ProofFailure(
    step,
    "what the log's key signed is not a checkpoint of its log",
    `${origin}, a size and a root, on three lines`,
    text.slice(0, 300),
  );
}

/** A vkey without the key: what stands in a signature line. */
export function idOf(vkey: string): string {
  return vkey.slice(0, vkey.lastIndexOf("+"));
}

/** Who claims to have signed a note. */
function signersOf(note: string): string {
  const split = note.lastIndexOf("\n\n");
  const claims = split < 0 ? [] : note.slice(split + 2).split("\n", 16);
  const signers = claims.flatMap((line) => {
    const [, name, signature] = /^\u2014 ([^\s+]{1,300}) ([A-Za-z0-9+/]{8,})={0,2}$/.exec(line) ?? [];
    return name === undefined ? [] : `${name}+${idIn(signature!)}`;
  });
  return signers.length > 0 ? `signatures that say they are of ${signers.join(", ")}` : "no signature line";
}

function idIn(signature: string): string {
  return Buffer.from(signature.slice(0, 8), "base64").subarray(0, 4).toString("hex");
}
