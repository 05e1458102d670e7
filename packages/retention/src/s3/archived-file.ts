import type { AuditEntry, JsonObject } from "@openrouter-audit/core";

export type LockMode = "GOVERNANCE" | "COMPLIANCE";

/** A version of an object in a storage, as it was found there: docs/archives.md, "What is noted". */
export interface StoredAt {
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  /** RFC 3339. */
  readonly retain_until: string;
  readonly mode: LockMode;
  readonly etag?: string;
  readonly legal_hold?: true;
}

/** A file of a journal, and what was stored of it. */
export interface ArchivedFile {
  /** Its name in the journal. */
  readonly file: string;
  readonly lines: number;
  /** Of the contents, uncompressed. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of the bytes that were stored. */
  readonly archive_bytes: number;
  readonly archive_sha256: string;
  readonly at: StoredAt;
}

/** What the notes of an anchor log say was stored elsewhere, oldest first. A note of an archive beside the journal says nothing of that. */
export function archivesIn(notes: readonly AuditEntry[]): ArchivedFile[] {
  return notes
    .filter(({ event_type }) => event_type === "audit.archived")
    .flatMap(({ detail }) => (Array.isArray(detail?.files) ? detail.files : []))
    .filter(isArchivedFile);
}

function isArchivedFile(value: unknown): value is ArchivedFile {
  const { at, ...file } = (value ?? {}) as { [member: string]: unknown };
  const place = (at ?? {}) as JsonObject;
  return (
    typeof file.file === "string" &&
    typeof file.sha256 === "string" &&
    typeof file.archive_sha256 === "string" &&
    typeof file.archive_bytes === "number" &&
    [place.bucket, place.key, place.version_id, place.mode].every((text) => typeof text === "string") &&
    !Number.isNaN(Date.parse(String(place.retain_until)))
  );
}
