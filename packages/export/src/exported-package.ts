import type { JournalVerification } from "@openrouter-audit/core";
import type { Days } from "./content/days.ts";
import type { Wanted } from "./content/selection.ts";
import type { WholeJournal } from "./content/whole-journal.ts";
import { quoted } from "./json-text.ts";
import { version } from "./version.ts";

/** What was exported. */
export interface ExportedPackage {
  /** As it was given. */
  readonly out: string;
  readonly form: "directory" | "zip" | "json";
  /** The UTC days that it has, the last one included. */
  readonly days: { readonly first: string; readonly last: string };
  readonly entries: number;
  /** In words, what whoever gets the package should know of these days: what was deleted, or not over; users without an entry. */
  readonly remarks: readonly string[];
  /** Of a selection: how many entries have no proof; null of everything, or where no proofs are made. */
  readonly unproven: number | null;
  /** What verification found, of all files of these days. */
  readonly verification: JournalVerification;
  /** What verification found of all files of the journal, at the same time. */
  readonly journal: WholeJournal;
  /** That of the files of these days; `tampered` when any of the journal is. */
  readonly result: JournalVerification["result"];
  /** SHA-256 of the tag manifest, in hex: what one notes of a package. Null of a JSON file. */
  readonly tagManifestSha256: string | null;
  /** Who signed: the vkey of the root key; null when nobody did. */
  readonly signedBy: string | null;
  readonly files: number;
  readonly bytes: number;
}

/** Which part of a journal a package has. */
export interface Asked {
  readonly days: Days;
  /** null: everything */
  readonly wanted: Wanted | null;
}

/** What was asked for, in words. */
export function queryText({ days: { first, last }, wanted }: Asked): string {
  const period =
    wanted === null
      ? `recorded on the UTC days ${first} to ${last}`
      : `recorded from ${wanted.since.toISOString()} on and before ${wanted.until.toISOString()}`;
  if (wanted === null) return `Every line of the files of a journal, ${period}.`;
  const whose = wanted.users.map(quoted).join(", ");
  return `The entries of the user_id ${whose} ${period}.`;
}

/** An id that was misspelt looks like a person who did nothing. */
export function noEntryOf(user: string): string {
  return `There is no entry of the user_id ${quoted(user)} in this time. Is that how the log writes it?`;
}

/** The members of `population.json` that are not counted. */
export function queryOf(copied: Asked, since: Date, until: Date) {
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    first_day: copied.days.first,
    last_day: copied.days.last,
    time_zone: "UTC",
    text: queryText(copied),
  };
}

/** What a selection was made from. */
export interface SelectedFrom {
  /** How many entries were looked at. */
  readonly examined: number;
  /** Of a subject: how many of them say what that person did with the log, and are not in it. */
  readonly actsLeftOut: number;
}

/** How an export is described: not at all when it is of everything. */
export function selectionOf({ wanted }: Asked, { examined, actsLeftOut }: SelectedFrom) {
  if (wanted === null) return null;
  const { form, users } = wanted;
  return { form, users, examined, ...(form === "subject" && { acts_left_out: actsLeftOut }) };
}

/** The folder in a ZIP, and the identifier of a package. */
export function nameOf({ days: { first, last }, wanted }: Asked): string {
  return `openrouter-audit-${first}-${last}${wanted === null ? "" : `-${wanted.form}`}`;
}

/** What `bag-info.txt` says, but for the `Payload-Oxum`. */
export function infoOf(asked: Asked, organization: string | undefined, now: Date): [string, string][] {
  return [
    ...(organization === undefined ? [] : [["Source-Organization", organization] as [string, string]]),
    ["External-Identifier", nameOf(asked)],
    ["External-Description", queryText(asked)],
    ["Bagging-Date", now.toISOString().slice(0, 10)],
    ["Bag-Software-Agent", `openrouter-audit/${version}`],
  ];
}
