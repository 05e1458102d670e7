import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ServiceError } from "./service-error.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const skewMs = 5 * 60_000;
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Checks a request as the service does: who signs it, when, and what (Signature Version 4). @throws ServiceError */
export function checkSignature(
  { headers, method }: IncomingMessage,
  body: Uint8Array,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: number,
): void {
  const authorization = headers.authorization ?? "";
  const [, key, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (!key || !scope || !names)
    throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
  if (key !== accessKeyId || headers["x-amz-security-token"] !== sessionToken)
    throw new ServiceError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    );
  const date = String(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
  if (at < now - skewMs)
    throw new ServiceError(
      "InvalidSignatureException",
      `Signature expired: ${date} is now earlier than ${basic(now - skewMs)} (${basic(now)} - 5 min.)`,
    );
  if (!(at <= now + skewMs))
    throw new ServiceError(
      "InvalidSignatureException",
      `Signature not yet current: ${date} is still later than ${basic(now + skewMs)} (${basic(now)} + 5 min.)`,
    );
  const signed = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, "/", "", signed.join(""), names, sha256(body)].join("\n");
  const [day, region, service, end] = scope.split("/") as [string, string, string, string];
  if (service !== "logs" || end !== "aws4_request" || !date.startsWith(day))
    throw new ServiceError(
      "InvalidSignatureException",
      "Credential should be scoped to a valid region and service.",
    );
  const signing = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), end);
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  if (hmac(signing, text).toString("hex") !== signature)
    throw new ServiceError(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. " +
        `Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'`,
    );
}
