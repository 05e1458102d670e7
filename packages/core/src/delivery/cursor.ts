import { createHash } from "node:crypto";
import * as v from "valibot";
import { boundedText } from "../entry/bounded-text.ts";

/** How far a file of the journal is delivered. See docs/delivery.md, "Cursor". */
export interface FilePlace {
  /** In bytes of the file as it was before it was compressed; where a line begins. */
  readonly offset: number;
  /** Tells that the line before is the one that was delivered: see {@link markOf}. Null at the beginning of a file. */
  readonly mark: string | null;
  /** The size of the compressed file that was read to its end, so that it need not be unpacked to see that. */
  readonly archived: number | null;
}

/** How far a sink is: what is on the disk. */
export interface Cursor {
  readonly sink: string;
  /** By the names that the files had before they were compressed. */
  readonly files: ReadonlyMap<string, FilePlace>;
  readonly delivered: number;
  readonly rejected: number;
  /** Whether callers wait for it; null when whoever wrote the cursor did not say. */
  readonly required: boolean | null;
  /** Since when writes fail, two in a row or more, or somebody waited in vain: RFC 3339 in UTC; or null. */
  readonly failingSince: string | null;
  /** What the last failure said, until it is over; or null. */
  readonly lastError: string | null;
  readonly updatedAt: string | null;
}

export const start: FilePlace = { offset: 0, mark: null, archived: null };

export function newCursor(sink: string): Cursor {
  return {
    sink,
    files: new Map(),
    delivered: 0,
    rejected: 0,
    required: null,
    failingSince: null,
    lastError: null,
    updatedAt: null,
  };
}

const markedBytes = 256;
/** More than what is written: somebody else may have. */
const mostReason = 1000;

/**
 * Base64url of the first 16 bytes of a SHA-256 over the end of a line, at most 256 bytes with its LF: the seal stands there, so
 * that no other line has the same.
 *
 * @param bytes which end with the line
 */
export function markOf(bytes: Buffer): string {
  const end = bytes.subarray(-markedBytes);
  const line = end.subarray(end.lastIndexOf(0x0a, -2) + 1);
  return createHash("sha256").update(line).digest().subarray(0, 16).toString("base64url");
}

/** So many bytes before an offset are enough for {@link markOf}. */
export function markedBefore(offset: number): number {
  return Math.min(markedBytes, offset);
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  version: v.literal(1),
  sink: v.string(),
  files: v.record(
    v.string(),
    v.object({ offset: count, mark: v.optional(v.string()), archived: v.optional(count) }),
  ),
  delivered: count,
  rejected: count,
  required: v.optional(v.nullable(v.boolean())),
  failing_since: v.optional(v.nullable(v.string())),
  last_error: v.optional(v.nullable(v.string())),
  updated_at: v.string(),
});

/** @throws Error that says why a text is no cursor of this sink */
export function parseCursor(text: string, sink: string): Cursor {
  const { files, ...cursor } = v.parse(schema, JSON.parse(text));
  if (cursor.sink !== sink) throw new Error(`it is of a sink named ${JSON.stringify(cursor.sink)}`);
  return {
    sink,
    files: new Map(
      Object.entries(files).map(([name, { offset, mark = null, archived = null }]) => [
        name,
        { offset, mark, archived },
      ]),
    ),
    delivered: cursor.delivered,
    rejected: cursor.rejected,
    required: cursor.required ?? null,
    failingSince: cursor.failing_since ?? null,
    lastError: boundedText(cursor.last_error, mostReason),
    updatedAt: cursor.updated_at,
  };
}

export function formatCursor(
  { sink, files, delivered, rejected, required, failingSince, lastError }: Cursor,
  now: Date,
): string {
  const places = [...files].map(([name, { offset, mark, archived }]) => [
    name,
    { offset, ...(mark !== null && { mark }), ...(archived !== null && { archived }) },
  ]);
  const cursor = {
    version: 1,
    sink,
    files: Object.fromEntries(places),
    delivered,
    rejected,
    required,
    failing_since: failingSince,
    last_error: lastError,
    updated_at: now.toISOString(),
  };
  return `${JSON.stringify(cursor)}\n`;
}
