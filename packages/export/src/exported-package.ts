import type { JournalVerification } from "@openrouter-audit/core";
import type { CopiedJournal } from "./package-content.ts";

/** What was exported. */
export interface ExportedPackage {
  /** As it was given. */
  readonly out: string;
  readonly form: "directory" | "zip" | "json";
  /** The UTC days that it has, the last one included. */
  readonly days: { readonly first: string; readonly last: string };
  readonly entries: number;
  /** Of a selection: how many entries have no proof; null of everything, or where no proofs are made. */
  readonly unproven: number | null;
  /** What verification found, of all files of these days. */
  readonly verification: JournalVerification;
  /** SHA-256 of the tag manifest, in hex: what one notes of a package. Null of a JSON file. */
  readonly tagManifestSha256: string | null;
  /** Who signed: the vkey of the root key; null when nobody did. */
  readonly signedBy: string | null;
  readonly files: number;
  readonly bytes: number;
}

/** What was asked for, in words. */
export function queryText({ days: { first, last }, wanted }: CopiedJournal): string {
  const period =
    wanted === null
      ? `recorded on the UTC days ${first} to ${last}`
      : `recorded from ${wanted.since.toISOString()} on and before ${wanted.until.toISOString()}`;
  if (wanted === null) return `Every line of the files of a journal, ${period}.`;
  const whose = wanted.users.map((user) => JSON.stringify(user)).join(", ");
  return `The entries of the user_id ${whose} ${period}.`;
}

/** The members of `population.json` that are not counted. */
export function queryOf(copied: CopiedJournal, since: Date, until: Date) {
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    first_day: copied.days.first,
    last_day: copied.days.last,
    time_zone: "UTC",
    text: queryText(copied),
  };
}

/** How an export is described: not at all when it is of everything. */
export function selectionOf({ wanted }: CopiedJournal, examined: number) {
  return wanted && { form: wanted.form, users: wanted.users, examined };
}
