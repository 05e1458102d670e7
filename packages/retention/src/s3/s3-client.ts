import { S3Client } from "@aws-sdk/client-s3";

export interface StorageOptions {
  /** Of a storage that is not AWS: https://minio.example:9000. Its buckets are then parts of the path. @default AWS, or AWS_ENDPOINT_URL_S3 */
  readonly endpoint?: string;
  /** @default what the SDK finds: AWS_REGION, the profile; us-east-1 with an endpoint */
  readonly region?: string;
}

/** A client with the credentials that the SDK finds. A connection has 5 seconds, and may be silent for 2 minutes. Close it with `destroy()`. */
export function s3Client({ endpoint, region }: StorageOptions = {}): S3Client {
  const ofEndpoint = endpoint && {
    endpoint,
    forcePathStyle: true,
    region: process.env.AWS_REGION || "us-east-1",
  };
  return new S3Client({
    // It would warn that it does not send a stream again, which is done by whoever gave it the stream.
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...ofEndpoint,
    ...(region && { region }),
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 120_000 },
  });
}

function quiet(): void {}
