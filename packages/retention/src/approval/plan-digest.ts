import { createHash } from "node:crypto";
import { canonicalJson } from "@openrouter-audit/core/seal";
import { unpackedName } from "../undelivered.ts";

/** A file, or a day of a table, that is to be deleted. */
export interface DoomedFile {
  /** Its name, without the `.gz` of an archive: the contents are the same, before and after. */
  readonly file: string;
  readonly lines: number;
  /** Of the uncompressed contents, as is the next. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of a day of a table: where that is, without a password. */
  readonly table?: string;
}

/** Whether somebody noted what names a file byte for byte. */
export function isDoomedFile(value: unknown): value is DoomedFile {
  const { file, lines, bytes, sha256, table } = (value ?? {}) as { readonly [member: string]: unknown };
  const isPlace = table === undefined || typeof table === "string";
  const isCounted = Number.isSafeInteger(lines) && Number.isSafeInteger(bytes);
  return typeof file === "string" && isCounted && isPlace && /^[0-9a-f]{64}$/.test(String(sha256));
}

/** No more of them than this. */
export function doomedFiles(files: readonly DoomedFile[]): DoomedFile[] {
  return files.map(({ file, lines, bytes, sha256, table }) => ({
    file: unpackedName(file),
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
