import { hostname, userInfo } from "node:os";
import { AuditError, type ReadingLog } from "@openrouter-audit/core";
import type { RootSigner } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions, type OptionRule, type OptionRules } from "@openrouter-audit/core/sink";
import { controlsFlaw } from "./content/controls-flaw.ts";
import type { Custodian } from "./content/custody.ts";
import type { OnBytes } from "./counted-bytes.ts";
import { anObject, aText } from "./option-rules.ts";

export interface ExportOptions {
  /** From this time on; the package has whole UTC days. */
  readonly since: Date;
  /** Before this time. */
  readonly until: Date;
  /** Where it is written: a folder that is empty or not there yet, or a name that ends in `.zip`; of `json`, in `.json`. */
  readonly out: string;
  /** @default "bagit" */
  readonly format?: "bagit" | "json";
  /** Only entries of exactly these users (a `*` is a `*`), each with its proof. @default everything */
  readonly users?: readonly string[];
  /** The entries of exactly this one person, and nothing that names another user. Not with `users`. */
  readonly subject?: string;
  /** The root vkey that the logs must belong to. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** Directories of notes that tie root keys to each other, besides the journal. @default none */
  readonly rotations?: readonly string[];
  /** The directory of the anchor log; null for none. @default `anchor` in the journal, when there is one */
  readonly anchors?: string | null;
  /** The root key, to sign for the package. @default nobody signs */
  readonly root?: RootSigner | null;
  /** Who hands it over. @default not said */
  readonly organization?: string;
  /** Another control matrix, as the text of a JSON file in the form of docs/controls.schema.json; null for none. @default that of this version, docs/controls.json */
  readonly controls?: string | null;
  /** Who exports. @default the user of the operating system, on this host */
  readonly by?: Partial<Custodian>;
  /** The log that says who exported what, before anything is copied, and how it ended: `audit.exported`. @default nothing is recorded */
  readonly acts?: ReadingLog | null;
  /** What the package says about when it was made, and when logs that are open are judged. @default now */
  readonly now?: Date;
  /** Told of each part how far it is, in this order; "selecting" and "proving" are parts of a selection, "packing" of a ZIP. */
  readonly onProgress?: OnBytes<
    "copying" | "verifying" | "selecting" | "proving" | "counting" | "reporting" | "flushing" | "packing"
  >;
  readonly signal?: AbortSignal;
}

const saidBelow: OptionRule<unknown> = [() => true, ""];

/** A name that nobody knows, such as `user` for `users`, would export everybody's entries. */
const rules: OptionRules<ExportOptions> = {
  since: saidBelow,
  until: saidBelow,
  out: saidBelow,
  format: saidBelow,
  users: saidBelow,
  subject: saidBelow,
  controls: saidBelow,
  now: saidBelow,
  key: aText,
  rotations: [
    (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    "a list of directories",
  ],
  anchors: [(value) => value === null || typeof value === "string", "a directory, or null"],
  root: [
    (value) => value === null || typeof (value as { sign?: unknown }).sign === "function",
    "a root key, or null",
  ],
  organization: aText,
  by: anObject,
  acts: anObject,
  onProgress: aFunction,
  signal: anObject,
};

/** @throws AuditError `INVALID_OPTIONS` */
export function checkExportOptions(options: ExportOptions): void {
  checkOptions("exportPackage", options, rules);
  const { since, until, out, format = "bagit", users, subject, now } = options;
  for (const [name, time] of Object.entries({ since, until, ...(now && { now }) }))
    if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw invalid(`${name} must be a time`);
  if (since >= until) throw invalid("since must be before until");
  if (since > (now ?? new Date())) throw invalid("since is a time to come, and nothing can be said of that");
  if (typeof out !== "string" || out === "") throw invalid("out must name a folder or a file");
  if (format !== "bagit" && format !== "json") throw invalid('format must be "bagit" or "json"');
  if (format === "json" && !/\.json$/i.test(out)) throw invalid("out must end in .json for format json");
  if (format === "bagit" && /\.json$/i.test(out))
    throw invalid("out must be a folder or end in .zip: a .json needs format json");
  if (/\.(?:tar|t?gz|tgz|bz2|xz|zst|7z|rar)$/i.test(out))
    throw invalid("out must be a folder or end in .zip: other archives are not made");
  if (users !== undefined && subject !== undefined) throw invalid("say users, or subject, not both");
  const named = users ?? (subject === undefined ? ["-"] : [subject]);
  if (
    !Array.isArray(named) ||
    named.length === 0 ||
    !named.every((user) => typeof user === "string" && user !== "")
  )
    throw invalid("users must name at least one user, and subject one");
  const flaw = options.controls == null ? null : controlsFlaw(options.controls);
  if (flaw !== null)
    throw invalid(`controls must be a control matrix in the form of docs/controls.schema.json, and ${flaw}`);
}

function invalid(rule: string): AuditError {
  return new AuditError("INVALID_OPTIONS", `Nothing was exported: ${rule}.`);
}

export function custodianOf(given: Partial<Custodian> = {}): Custodian {
  const { user, user_source, host = hostname() } = given;
  if (user !== undefined) return { user, user_source: user_source ?? "the caller", host };
  try {
    return { user: userInfo().username, user_source: "os.userInfo()", host };
  } catch {
    // A container may run as a number that no user has.
    return { user: `uid:${process.getuid?.()}`, user_source: "process.getuid()", host };
  }
}
