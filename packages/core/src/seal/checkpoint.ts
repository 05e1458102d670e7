/** The text of a C2SP checkpoint, https://c2sp.org/tlog-checkpoint, read. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Base64 of the 32-byte root. */
  readonly root: string;
}

const base64Hash = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Reads the text of a checkpoint; extension lines mean nothing. @returns null for what is none */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root, ...more] = text.split("\n");
  if (!text.endsWith("\n") || !origin || root === undefined || more.slice(0, -1).includes("")) return null;
  if (!/^(0|[1-9]\d*)$/.test(size!) || !Number.isSafeInteger(Number(size)) || !base64Hash.test(root))
    return null;
  return { origin, size: Number(size), root };
}

/** Base64 of a 32-byte hash, in the one form RFC 4648 section 3.5 allows. @returns null for anything else */
export function parseHash(base64: unknown): Buffer | null {
  return typeof base64 === "string" && base64Hash.test(base64) ? Buffer.from(base64, "base64") : null;
}
