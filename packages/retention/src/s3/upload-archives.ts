import { type AnchorRun, withAnchorLog } from "@openrouter-audit/anchor";
import { checkOptions } from "@openrouter-audit/core/sink";
import { filesOnTurn } from "./closed-files.ts";
import { stateOf } from "./segment.ts";
import { type StoredFile, Upload } from "./upload.ts";
import { type UploadOptions, uploadRules } from "./upload-options.ts";

/** What became of the files of a journal. */
export interface UploadRun {
  readonly bucket: string;
  readonly dryRun: boolean;
  /** Oldest first. */
  readonly files: readonly StoredFile[];
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
 * @throws AuditError `INVALID_OPTIONS`, and what `anchorJournal` throws. What the storage refuses is in the result.
 */
export async function uploadArchives(directory: string, options: UploadOptions): Promise<UploadRun> {
  checkOptions("uploadArchives", { ...options, irrevocable: options.irrevocable ?? false }, uploadRules, [
    "client",
    "bucket",
    "mode",
    "retain",
    "root",
  ]);
  const { anchors, root, now = () => new Date(), uncompressed = false, onProgress } = options;
  const turn = filesOnTurn(directory, now(), uncompressed);
  // What is verified from here on is what is stored, or it is not stored.
  const states = new Map(turn.map(({ file }) => [file, stateOf(directory, file)]));
  const { run, result } = await withAnchorLog(
    {
      directory,
      root,
      now,
      ...(anchors !== undefined && { anchors }),
      ...(onProgress && { onProgress: (done) => onProgress({ doing: "verifying", ...done }) }),
    },
    (log) => new Upload(directory, options, log, states).all(turn),
  );
  const { bucket, dryRun = false } = options;
  return { bucket, dryRun, files: result, verification: run.verification, anchors: run.anchors };
}
