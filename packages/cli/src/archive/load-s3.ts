import { UnusableError } from "../exit-code.ts";

export type S3Package = typeof import("@openrouter-audit/retention/s3");

/** What speaks with a storage: loaded when it is needed, for most have none. @throws UnusableError */
export async function loadS3(
  load: () => Promise<S3Package> = () => import("@openrouter-audit/retention/s3"),
): Promise<S3Package> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    if (!isMissing || !message.includes("'@aws-sdk/client-s3'")) throw cause;
    throw new UnusableError(
      "To speak with an S3 storage, the package @aws-sdk/client-s3 is missing beside this one. Install it:\n  npm install @aws-sdk/client-s3",
      { cause },
    );
  }
}
