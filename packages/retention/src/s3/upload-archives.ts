import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorRun,
  anchorDirectory,
  readAnchorLog,
  refuseOtherLog,
  withAnchorLog,
} from "@openrouter-audit/anchor";
import { verifyJournal } from "@openrouter-audit/core";
import { anchorFile } from "@openrouter-audit/core/seal";
import { checkOptions } from "@openrouter-audit/core/sink";
import { storedFile } from "../file-state.ts";
import { filesOnTurn } from "./closed-files.ts";
import { Upload, type UploadedFile, type UploadLog } from "./upload.ts";
import { type UploadOptions, uploadRules } from "./upload-options.ts";

/** What became of the files of a journal. */
export interface UploadRun {
  readonly bucket: string;
  readonly dryRun: boolean;
  /** Oldest first. */
  readonly files: readonly UploadedFile[];
  /** Of the journal, which was verified before. */
  readonly verification: AnchorRun["verification"];
  /** The anchor log, in which it is noted. */
  readonly anchors: string;
}

/**
 * Stores the closed files of a journal in a storage that speaks S3, each under an Object Lock, and notes in the anchor log what was
 * found there afterwards: docs/archives.md. Nothing is ever written over, and nothing is removed from the journal. What a run that was
 * cut has stored is found and noted by the next one. Another run at the same time is excluded.
 *
 * @throws AuditError `INVALID_OPTIONS`, and what `anchorJournal` throws; in a dry run what `planRetention` does. What the storage refuses is in the result.
 */
export async function uploadArchives(directory: string, options: UploadOptions): Promise<UploadRun> {
  const { dryRun = false } = options;
  checkOptions("uploadArchives", { ...options, irrevocable: options.irrevocable ?? false }, uploadRules, [
    "client",
    "bucket",
    "mode",
    "retain",
    ...(dryRun ? [] : (["root"] as const)),
  ]);
  const {
    bucket,
    anchors = anchorDirectory(directory),
    now = () => new Date(),
    uncompressed = false,
  } = options;
  const turn = filesOnTurn(directory, now(), uncompressed);
  // What is verified from here on is what is stored, or it is not stored.
  const states = new Map(turn.map(({ file }) => [file, storedFile(directory, file)]));
  const store = (log: UploadLog) => new Upload(directory, options, log, states).all(turn);
  const { files, verification } = dryRun
    ? await looking(directory, anchors, options, store)
    : await noting(directory, anchors, options, store);
  return { bucket, dryRun, files, verification, anchors };
}

type Store = (log: UploadLog) => Promise<readonly UploadedFile[]>;

async function noting(
  directory: string,
  anchors: string,
  { root, now, sinks, heartbeatMs, onProgress }: UploadOptions,
  store: Store,
): Promise<Pick<UploadRun, "files" | "verification">> {
  const { run, result } = await withAnchorLog(
    {
      directory,
      anchors,
      root: root!,
      ...(now && { now }),
      ...(sinks && { sinks }),
      ...(heartbeatMs !== undefined && { heartbeatMs }),
      ...(onProgress && { onProgress: (done) => onProgress({ doing: "verifying", ...done }) }),
    },
    store,
  );
  return { files: result, verification: run.verification };
}

/** Nothing is made, locked or written. */
async function looking(
  directory: string,
  anchors: string,
  { root, now, onProgress }: UploadOptions,
  store: Store,
): Promise<Pick<UploadRun, "files" | "verification">> {
  const isAnchored = existsSync(join(anchors, anchorFile));
  if (!isAnchored) refuseOtherLog(directory, anchors, null);
  const verification = await verifyJournal(directory, {
    ...(root && { key: root.vkey }),
    successors: false,
    anchors: isAnchored ? anchors : null,
    ...(now && { now: now() }),
    ...(onProgress && { onProgress: (done) => onProgress({ doing: "verifying", ...done }) }),
  });
  const { notes, log } = isAnchored
    ? await readAnchorLog(anchors, verification.trusted)
    : { notes: [], log: null };
  if (log && log.size > 0) refuseOtherLog(directory, anchors, log.rootAt(1));
  const note = () => Promise.reject(new Error("Nothing is noted by who only looks."));
  return { verification, files: await store({ verification, notes, note }) };
}
