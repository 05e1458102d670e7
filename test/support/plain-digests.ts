import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** h of docs/entry-format.md: what stands for a piece of output. */
export const h = (value: unknown) => sha256(typeof value === "string" ? value : canonicalize(value)!);

/** The plain digest of a value, or of bytes as they are. */
export const digestOf = (value: unknown) =>
  `sha256:${sha256(value instanceof Uint8Array ? value : canonicalize(value)!)}`;
