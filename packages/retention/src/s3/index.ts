export { type ArchivedFile, archivesIn, type LockMode, type StoredAt } from "./archived-file.ts";
export type { StorageClient } from "./put-segment.ts";
export type { RetainRule } from "./retain-until.ts";
export { type StorageOptions, s3Client } from "./s3-client.ts";
export type { UploadedFile } from "./upload.ts";
export { type UploadRun, uploadArchives } from "./upload-archives.ts";
export type { UploadOptions } from "./upload-options.ts";
export {
  type ArchivesVerification,
  type ArchiveVerdict,
  type CheckedArchive,
  type VerifyArchivesOptions,
  verifyArchives,
} from "./verify-archives.ts";
