import { createHash } from "node:crypto";
import { canonicalJson } from "@openrouter-audit/core/seal";

/** A file, or a day of a table, that is to be deleted. */
export interface DoomedFile {
  readonly file: string;
  readonly lines: number;
  /** Of the uncompressed contents, as is the next. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of a day of a table: where that is, without a password. */
  readonly table?: string;
}

/** No more of them than this. */
export function doomedFiles(files: readonly DoomedFile[]): DoomedFile[] {
  return files.map(({ file, lines, bytes, sha256, table }) => ({
    file,
    lines,
    bytes,
    sha256,
    ...(table !== undefined && { table }),
  }));
}

/**
 * What one approves: the SHA-256 (hex) of the RFC 8785 form of the list of files, in the order in which they go. Another file, another
 * byte in one of them, another order, or another table is another plan.
 */
export function planDigest(files: readonly DoomedFile[]): string {
  return createHash("sha256")
    .update(canonicalJson(doomedFiles(files)))
    .digest("hex");
}
