import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** An error as S3 answers it. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

// Of every request; then those of the operations, as the Amazon S3 API Reference lists them, as far as this package has use for them.
const ofAll = [
  "host",
  "connection",
  "user-agent",
  "authorization",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "x-amz-date",
  "x-amz-content-sha256",
  "x-amz-user-agent",
  "accept-encoding",
];
const ofOperation: Readonly<Record<string, readonly string[]>> = {
  PUT: [
    "content-length",
    "content-type",
    "content-md5",
    "expect",
    "if-none-match",
    "x-amz-checksum-sha256",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
  ],
  HEAD: ["x-amz-checksum-mode"],
  GET: ["x-amz-checksum-mode"],
  DELETE: ["x-amz-bypass-governance-retention"],
};
const queries: Readonly<Record<string, readonly string[]>> = {
  PUT: ["x-id=PutObject"],
  HEAD: ["versionId"],
  GET: ["versionId", "x-id=GetObject"],
  DELETE: ["versionId", "x-id=DeleteObject"],
};

/** What of a request the reference does not name for its operation. */
export function unknownParts(method: string, headers: IncomingHttpHeaders, query: URLSearchParams): string[] {
  const known = [...ofAll, ...(ofOperation[method] ?? [])];
  const asked = [...query].filter(
    ([name, value]) => !queries[method]?.some((each) => each === name || each === `${name}=${value}`),
  );
  return [
    ...Object.keys(headers).filter((name) => !known.includes(name)),
    ...asked.map(([name, value]) => `?${name}=${value}`),
  ];
}

/** PutObject, "Request Parameters" and "Errors". @throws S3Error */
export function checkPut(
  headers: IncomingHttpHeaders,
  key: string,
  body: Buffer,
  isTaken: boolean,
  now: Date,
): void {
  const one = (name: string) => headers[name] as string | undefined;
  if (one("content-length") === undefined)
    throw new S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error(400, "KeyTooLongError", "Your key is too long");
  if (body.length > 5 * 2 ** 30)
    throw new S3Error(400, "EntityTooLarge", "Your proposed upload is too large");
  checkLock(one, now);
  checkDigests(headers, body);
  const condition = one("if-none-match");
  if (condition !== undefined && condition !== "*")
    throw new S3Error(
      501,
      "NotImplemented",
      "A header you provided implies functionality that is not implemented",
    );
  if (condition === "*" && isTaken)
    throw new S3Error(
      412,
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
    );
}

function checkLock(one: (name: string) => string | undefined, now: Date): void {
  const mode = one("x-amz-object-lock-mode");
  const until = one("x-amz-object-lock-retain-until-date");
  const hold = one("x-amz-object-lock-legal-hold");
  if (mode === undefined && until === undefined && hold === undefined) return;
  const bad = (message: string) => new S3Error(400, "InvalidArgument", message);
  if ((mode === undefined) !== (until === undefined))
    throw bad("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
  if (mode !== undefined && mode !== "GOVERNANCE" && mode !== "COMPLIANCE")
    throw bad("Unknown wormMode directive.");
  if (until !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(until))
    throw bad("The retain until date must be provided in ISO 8601 format");
  if (until !== undefined && Date.parse(until) <= now.getTime())
    throw bad("The retain until date must be in the future!");
  if (hold !== undefined && hold !== "ON" && hold !== "OFF")
    throw bad("Legal Hold must be either of 'ON' or 'OFF'");
  if (one("content-md5") === undefined && one("x-amz-checksum-sha256") === undefined)
    throw new S3Error(
      400,
      "InvalidRequest",
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
}

function checkDigests(headers: IncomingHttpHeaders, body: Buffer): void {
  const digest = (algorithm: string) => createHash(algorithm).update(body).digest("base64");
  const checksums = Object.keys(headers).filter((name) => name.startsWith("x-amz-checksum-"));
  if (checksums.length > 1)
    throw new S3Error(
      400,
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  const algorithm = headers["x-amz-sdk-checksum-algorithm"];
  if (algorithm !== undefined && !checksums.includes(`x-amz-checksum-${String(algorithm).toLowerCase()}`))
    throw new S3Error(
      400,
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* header",
    );
  const { "x-amz-checksum-sha256": sha256, "content-md5": md5 } = headers;
  if (sha256 !== undefined && sha256 !== digest("sha256"))
    throw new S3Error(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.");
  if (md5 !== undefined && md5 !== digest("md5"))
    throw new S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  const payload = headers["x-amz-content-sha256"];
  const isRight =
    payload === "UNSIGNED-PAYLOAD" || payload === createHash("sha256").update(body).digest("hex");
  if (!isRight)
    throw new S3Error(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
}
