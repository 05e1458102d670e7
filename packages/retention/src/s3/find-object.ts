import { createHash } from "node:crypto";
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { statusOf } from "./patience.ts";
import type { StorageClient } from "./put-segment.ts";

/** What a storage says of a version of an object. */
export interface FoundObject {
  /** Undefined where the bucket keeps no versions. */
  readonly versionId: string | undefined;
  readonly bytes: number | undefined;
  /** In hex: of its contents, as the storage computed it, or as they were read. */
  readonly sha256: string;
  readonly mode: string | undefined;
  readonly until: Date | undefined;
  readonly legalHold: boolean;
  readonly etag: string | undefined;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  /** @default the newest */
  readonly versionId?: string;
}

/**
 * Asks for a version of an object; null when it is not there, another one is answered, or its newest version says that it was deleted.
 *
 * @param read reads the contents instead of believing the storage's checksum. That is done in any case when it has none.
 * @throws the SDK's error when the storage does not say
 */
export async function findObject(
  client: StorageClient,
  { bucket, key, versionId }: ObjectPlace,
  read = false,
): Promise<FoundObject | null> {
  const place = { Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) };
  try {
    const head = await client.send(new HeadObjectCommand({ ...place, ChecksumMode: "ENABLED" }));
    // A storage that knows no versions answers with what is there.
    if (versionId && head.VersionId !== versionId) return null;
    const { ChecksumSHA256: checksum, ChecksumType: type } = head;
    // Of an object in parts, it is a checksum of checksums.
    const isWhole = checksum !== undefined && type !== "COMPOSITE";
    const sha256 =
      isWhole && !read
        ? Buffer.from(checksum, "base64").toString("hex")
        : await digestOfObject(client, { ...place, ...(head.VersionId && { VersionId: head.VersionId }) });
    return {
      versionId: head.VersionId === "null" ? undefined : head.VersionId,
      bytes: head.ContentLength,
      sha256,
      mode: head.ObjectLockMode,
      until: head.ObjectLockRetainUntilDate,
      legalHold: head.ObjectLockLegalHoldStatus === "ON",
      etag: head.ETag,
    };
  } catch (error) {
    // 405: that version is the mark of a deletion.
    if ([404, 405].includes(statusOf(error) ?? 0) && (error as Error).name !== "NoSuchBucket") return null;
    throw error;
  }
}

/**
 * Whether a storage has a bucket. To a HEAD of an object it answers the same where only the object is missing.
 *
 * @throws the SDK's error when the storage does not say; not where one may not ask: then it is there
 */
export async function hasBucket(client: StorageClient, bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    if (statusOf(error) === 403) return true;
    throw error;
  }
}

async function digestOfObject(
  client: StorageClient,
  place: { Bucket: string; Key: string; VersionId?: string },
): Promise<string> {
  try {
    const { Body } = await client.send(new GetObjectCommand(place));
    const hash = createHash("sha256");
    for await (const block of Body as unknown as AsyncIterable<Uint8Array>) hash.update(block);
    return hash.digest("hex");
  } catch (error) {
    // The SDK holds what it reads against the storage's checksum, and says what it read instead.
    const received = /Checksum mismatch:.* received "([A-Za-z0-9+/]{43}=)"/.exec(String(error))?.[1];
    if (received === undefined) throw error;
    return Buffer.from(received, "base64").toString("hex");
  }
}
