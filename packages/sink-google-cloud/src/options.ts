import type { Logging } from "@google-cloud/logging";
import type { EntryFormat } from "@openrouter-audit/core";
import { entryFormat, nameOfSink, type OptionRules, textLike } from "@openrouter-audit/core/sink";

export interface GoogleCloudSinkOptions {
  /** The project that the log is in. @default the client's, which is that of its credentials */
  readonly projectId?: string;
  /** The ID of the log: 1 to 511 letters, digits and `/_-.` @default "openrouter-audit" */
  readonly logName?: string;
  /** A client of yours, which is not closed. @default one is made, with Application Default Credentials */
  readonly client?: Logging;
  /** What writes the entries, as Google knows it; 8 KiB. @default what the client detects, outside of Google Cloud `global` */
  readonly resource?: { readonly type: string; readonly labels?: Labels };
  /** Labels of every entry, besides `log`, `seq`, `event_type` and `user_id`: at most 60, and 16 KiB. */
  readonly labels?: Labels;
  /** What is kept in place of members and line: a text as `textPayload`, an object as `jsonPayload`. */
  readonly format?: EntryFormat;
  /** Of the sink, and of its files beside the journal. @default "google-cloud" */
  readonly name?: string;
}

interface Labels {
  readonly [name: string]: string;
}

const own = ["log", "seq", "event_type", "user_id"];

function areLabels(value: unknown, bytes: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  const isRight = ([name, text]: [string, unknown]) =>
    name !== "" && Buffer.byteLength(name) <= 512 && typeof text === "string";
  return Object.entries(value).every(isRight) && Buffer.byteLength(JSON.stringify(value)) <= bytes;
}

export const optionRules: OptionRules<GoogleCloudSinkOptions> = {
  projectId: textLike(/^[a-z0-9.:-]+$/, "the ID of a project"),
  logName: textLike(
    /^(?!projects\/)[\w./-]{1,511}$/,
    "the ID of a log: 1 to 511 letters, digits and /_-. without projects/…/logs/",
  ),
  client: [(value) => !!(value as Logging | null)?.loggingService, "a Logging of @google-cloud/logging"],
  resource: [
    (value) => {
      const { type, labels = {} } = (value ?? {}) as { type?: unknown; labels?: unknown };
      return typeof type === "string" && type !== "" && areLabels(labels, 8192);
    },
    "{ type, labels }, all texts, of at most 8 KiB",
  ],
  labels: [
    (value) =>
      areLabels(value, 16_384) &&
      Object.keys(value as object).length <= 60 &&
      !own.some((name) => Object.hasOwn(value as object, name)),
    `at most 60 texts, 16 KiB together, by names of 1 to 512 bytes other than ${own.join(", ")}`,
  ],
  format: entryFormat,
  name: nameOfSink,
};
