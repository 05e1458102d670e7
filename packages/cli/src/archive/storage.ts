import type { Command } from "commander";
import { UnusableError } from "../exit-code.ts";
import { loadS3, type S3Package } from "./load-s3.ts";

export interface StorageFlags {
  readonly endpoint?: string;
  readonly region?: string;
}

/** The options that name a storage. */
export function storageOptions(command: Command): Command {
  return command
    .option("--endpoint <url>", "a storage that is not AWS: https://minio.example:9000")
    .option("--region <region>", "its region (default: what the SDK finds; us-east-1 with --endpoint)");
}

/** Works with a client of a storage, which is closed in any case. @throws UnusableError */
export async function withStorage<T>(
  { endpoint, region }: StorageFlags,
  work: (s3: S3Package, client: ReturnType<S3Package["s3Client"]>) => Promise<T>,
): Promise<T> {
  if (endpoint !== undefined && !(/^https?:\/\//.test(endpoint) && URL.canParse(endpoint)))
    throw new UnusableError("--endpoint is no address: it must begin with https:// or http://.");
  const s3 = await loadS3();
  const client = s3.s3Client({ ...(endpoint && { endpoint }), ...(region && { region }) });
  try {
    await client.config.region().catch((cause: unknown) => {
      throw new UnusableError(
        "Nobody says in which region the storage is: say --region eu-central-1, or set AWS_REGION; of a storage that is not AWS, say --endpoint URL.",
        { cause },
      );
    });
    return await work(s3, client);
  } finally {
    client.destroy();
  }
}
