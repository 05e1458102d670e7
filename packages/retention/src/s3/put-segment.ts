import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { digestOf } from "../digest-of.ts";
import type { LockMode } from "./archived-file.ts";
import { type Patience, patiently, statusOf } from "./patience.ts";
import type { Segment } from "./segment.ts";

/** A storage, as the SDK speaks with it. */
export type StorageClient = Pick<S3Client, "send">;

/** How an object is to be stored. */
export interface Lock {
  readonly bucket: string;
  readonly key: string;
  readonly mode: LockMode;
  readonly until: Date;
  readonly legalHold: boolean;
}

/**
 * Stores a file where nothing is yet, locked from the first moment on. The SDK does not send a stream a second time: that is done here.
 *
 * @returns the version, or `"taken"` when the key has an object: another's, or one of a run that was cut, or whose answer was
 * @throws the SDK's error when the storage refuses, or goes on being busy
 */
export async function putSegment(
  client: StorageClient,
  segment: Segment,
  lock: Lock,
  { md5 = false, attempts, pauseMs }: Patience & { readonly md5?: boolean },
): Promise<{ readonly versionId: string | undefined } | "taken"> {
  const old = md5 ? (await digestOf(segment.path, createHash("md5"))).digest : null;
  return patiently({ attempts, pauseMs }, async () => {
    const body = createReadStream(segment.path, { highWaterMark: 1 << 18 });
    try {
      const { VersionId } = await client.send(
        new PutObjectCommand({
          Bucket: lock.bucket,
          Key: lock.key,
          Body: body,
          ContentLength: segment.archive_bytes,
          ContentType: segment.file.endsWith(".gz") ? "application/gzip" : "application/x-ndjson",
          IfNoneMatch: "*",
          ChecksumAlgorithm: "SHA256",
          ChecksumSHA256: base64Of(segment.archive_sha256),
          ...(old !== null && { ContentMD5: base64Of(old) }),
          ObjectLockMode: lock.mode,
          ObjectLockRetainUntilDate: lock.until,
          ...(lock.legalHold && { ObjectLockLegalHoldStatus: "ON" as const }),
        }),
      );
      return { versionId: VersionId };
    } catch (error) {
      if (statusOf(error) === 412) return "taken";
      throw error;
    } finally {
      body.destroy();
    }
  });
}

function base64Of(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}
