import type { AnchorOptions } from "@openrouter-audit/anchor";
import {
  aFunction,
  type OptionRules,
  objectWith,
  oneOf,
  textLike,
  wholeNumber,
} from "@openrouter-audit/core/sink";
import { aDirectory, aFlag, anchorSinks, aPerson, aRootKey } from "../option-rules.ts";
import type { Person } from "../person.ts";
import type { LockMode } from "./archived-file.ts";
import type { StorageClient } from "./put-segment.ts";
import { isRetainRule, type RetainRule } from "./retain-until.ts";

export interface UploadOptions extends Pick<AnchorOptions, "anchors" | "now" | "sinks" | "heartbeatMs"> {
  /** The root key. It signs the notes. @default none, in a dry run */
  readonly root?: AnchorOptions["root"];
  /** An S3Client. It is not closed. */
  readonly client: StorageClient;
  /** A bucket with Object Lock. */
  readonly bucket: string;
  /** Stands before the name of the file in its key: `audit/production/`. @default nothing */
  readonly prefix?: string;
  /** GOVERNANCE: those who are permitted to may end it early. COMPLIANCE: nobody can, the owner of the account neither. */
  readonly mode: LockMode;
  /** With COMPLIANCE it must be true: nothing of what is stored so can be erased before its time, whoever demands it. @default false */
  readonly irrevocable?: boolean;
  /** For how long after its newest entry a file is kept: `7y`. */
  readonly retain: RetainRule;
  /** Holds each object until somebody ends that, however long it was to be kept. @default false */
  readonly legalHold?: boolean;
  /** Whether files of days that are over are stored too when they are not compressed. @default false */
  readonly uncompressed?: boolean;
  /** Sends Content-MD5 too, for storages that know no other checksum. @default false */
  readonly md5?: boolean;
  /** Says what would be stored, and stores and writes nothing: it takes no lock, and needs no root key. @default false */
  readonly dryRun?: boolean;
  /** Who does this: stands in the note. @default the system */
  readonly person?: Person | undefined;
  /** How often a request is made that may pass later. @default 5 */
  readonly attempts?: number;
  /** The first pause between them, in milliseconds; it doubles. @default 500 */
  readonly pauseMs?: number;
  readonly onProgress?: (progress: {
    readonly doing: "verifying" | "storing";
    readonly bytes: number;
    readonly totalBytes: number;
  }) => void;
}

export const uploadRules: OptionRules<UploadOptions> = {
  client: objectWith("send", "an S3Client"),
  bucket: textLike(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "the name of a bucket: 3 to 63 of a-z, 0-9, . and -",
  ),
  prefix: textLike(
    /^(?!\/)(?!.*\/\/)(?!(.*\/)?\.{1,2}\/)[\w!.*'()/-]{0,700}$/,
    "what stands before the name of a file: letters, digits and !-_.*'()/, not beginning with /",
  ),
  mode: oneOf("GOVERNANCE", "COMPLIANCE"),
  irrevocable: [
    (value, { mode }) => value === (mode === "COMPLIANCE"),
    'true with mode "COMPLIANCE", and only then: nobody can erase before its time what is stored so, whatever the law or a person demands',
  ],
  retain: [
    isRetainRule,
    "a number and d, mo or y, as 7y, or a function that makes a Date of the time of the newest entry",
  ],
  legalHold: aFlag,
  uncompressed: aFlag,
  md5: aFlag,
  dryRun: aFlag,
  person: aPerson,
  attempts: wholeNumber("times", 1, 100),
  pauseMs: wholeNumber("milliseconds", 0, 60_000),
  onProgress: aFunction,
  anchors: aDirectory,
  root: aRootKey,
  now: aFunction,
  sinks: anchorSinks,
  heartbeatMs: wholeNumber("milliseconds", 0),
};
