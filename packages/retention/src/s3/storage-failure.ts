import { networkFailureOf } from "@openrouter-audit/core/sink";
import { statusOf } from "./patience.ts";

const advice: Readonly<Record<string, string>> = {
  AccessDenied:
    "the credentials may not do that. Storing takes s3:PutObject, s3:PutObjectRetention, s3:GetObject, s3:GetObjectVersion and s3:GetObjectRetention, and s3:PutObjectLegalHold for a hold",
  NoSuchBucket: "there is no such bucket",
  InvalidAccessKeyId: "it does not know the access key",
  SignatureDoesNotMatch: "the secret access key is not the one that it knows",
  SlowDown: "it goes on being too busy. Run it again later",
  CredentialsProviderError:
    "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  NotImplemented:
    "it does not know a part of the request: it takes a storage with Object Lock, SHA-256 checksums and If-None-Match",
  InvalidRequest: "it refused the request. Has the bucket Object Lock?",
};

/** A storage may answer with a page, or with all that it was sent. */
const mostWords = 300;

/** Why a storage did not do or say something, as a clause without its full stop, and what to do. */
export function storageFailure(error: unknown): string {
  const { name, message: text } = error as Error;
  const whole = text
    .replace(/^AWS SDK error wrapper for /, "")
    .replace(/\n\s*Deserialization error: .*/s, "");
  const message = whole.length > mostWords ? `${whole.slice(0, mostWords)}…` : whole;
  const network = networkFailureOf(error);
  if (network) return `${network.happened} (${network.code}). ${network.todo}`;
  const status = statusOf(error);
  const code = name === "403" || (status === 403 && name === "Unknown") ? "AccessDenied" : name;
  const said =
    status === undefined
      ? message
      : `${status} ${code}${message && message !== name ? `, ${message.replace(/\.$/, "")}` : ""}`;
  return Object.hasOwn(advice, code) ? `${advice[code]} (${said})` : said;
}
