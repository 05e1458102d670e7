import { type Checkpoint, parseCheckpoint, parseHash } from "@openrouter-audit/core/seal";

/** The body of an add-checkpoint request, https://c2sp.org/tlog-witness, read. */
export interface AddCheckpointRequest {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  /** The signed note, as it came. */
  readonly note: string;
  /** Its text, without signatures. */
  readonly text: string;
  readonly checkpoint: Checkpoint;
}

const mostHashes = 63;
const signatureLine = /^\u2014 [^\s+]+ [A-Za-z0-9+/]+={0,2}$/;

/** Reads a body. Returns null when it is not of the form that the specification gives. */
export function parseAddCheckpoint(bytes: Buffer): AddCheckpointRequest | null {
  const body = bytes.toString();
  // Two texts must not be read as one: bytes that are no UTF-8 would all become U+FFFD.
  if (!Buffer.from(body).equals(bytes) || /[\u0000-\u0009\u000b-\u001f]/.test(body)) return null;
  const split = body.indexOf("\n\n");
  if (split < 0) return null;
  const [first, ...hashes] = body.slice(0, split).split("\n");
  const old = /^old (0|[1-9]\d{0,15})$/.exec(first!);
  if (!old || !Number.isSafeInteger(Number(old[1])) || hashes.length > mostHashes) return null;
  const proof = hashes.map(parseHash);
  const note = body.slice(split + 2);
  const text = textOf(note);
  const checkpoint = text === null ? null : parseCheckpoint(text);
  if (text === null || !checkpoint || proof.includes(null)) return null;
  return { oldSize: Number(old[1]), proof: proof as Buffer[], note, text, checkpoint };
}

/** The text of a signed note, https://c2sp.org/signed-note; null when it is none. */
function textOf(note: string): string | null {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const signatures = note.slice(split + 2, -1).split("\n");
  return signatures.every((line) => signatureLine.test(line)) ? note.slice(0, split + 1) : null;
}
