import { networkFailureOf } from "@openrouter-audit/core/sink";

const network = "look at the network, its proxy, and the endpoint com.amazonaws.<region>.logs of the VPC";

/** What to do, by what is in the error's code, else in its name, its status or its message. */
const advices: readonly (readonly [names: string, advice: string])[] = [
  [
    "AccessDenied",
    "Allow logs:{action} on the group and its streams to the role of this process: see the README",
  ],
  [
    "UnrecognizedClient InvalidClientTokenId ExpiredToken MissingAuthenticationToken CredentialsProvider TokenProvider",
    "The credentials are missing, wrong or expired: give this process a role, or mend AWS_PROFILE or the keys",
  ],
  [
    "InvalidSignature SignatureDoesNotMatch RequestExpired RequestTimeTooSkewed IncompleteSignature",
    "The clock of this host is wrong (have it set by NTP), or the secret access key is",
  ],
  [
    "Throttling TooManyRequests RequestLimitExceeded",
    "It is tried again, more slowly. If this stays, raise the quota of {action} in Service Quotas",
  ],
  ["LimitExceeded ServiceQuotaExceeded", "The account is at a limit: raise it in Service Quotas"],
  ["ResourceNotFound", 'Make the log group and the stream, or let the sink do it: create: "group"'],
  ["OperationAborted", "Another process makes the same just now: it is tried again"],
  [
    "DataAlreadyAccepted InvalidSequenceToken",
    "CloudWatch has asked for no sequence tokens since 2023: is the endpoint an old emulator",
  ],
  [
    "InvalidParameter Validation Serialization",
    "Look at the log group (its KMS key, its class), and at `format`",
  ],
  ["TimeoutError", `No answer came: ${network}`],
  [
    "SyntaxError aborted requestId",
    "What answered does not speak as CloudWatch does, or broke off: look at what is between",
  ],
  ["ServiceUnavailable Internal 5xx", "The service is unwell: it is tried again. See health.aws.amazon.com"],
  ["Region", "Give the sink a region, or set AWS_REGION"],
];

/** What the SDK rejected with, in words: what was refused, why, and what to do. */
export function refusal(cause: unknown, action: string, where: string): Error {
  const failure = networkFailureOf(cause);
  if (failure) {
    const { code, happened, todo } = failure;
    return new Error(`${action} to ${where}: ${happened} (${code}). ${todo}; ${network}.`, { cause });
  }
  const error = cause as Partial<Error & { code: unknown; $metadata: { httpStatusCode?: number } }>;
  const { name, code, message = "", $metadata: { httpStatusCode = 0 } = {} } = error;
  const words = [code, name, httpStatusCode >= 500 && "5xx", message].map(String);
  const said = [code ?? name, firstSentence(message)].filter((word) => word && word !== "Error").join(": ");
  const advice = words.map(adviceFor).find((found) => found) ?? "It is tried again";
  return new Error(`${action} to ${where}: ${said}. ${advice.replace("{action}", action)}.`, { cause });
}

const adviceFor = (word: string) =>
  advices.find(([names]) => names.split(" ").some((name) => word.includes(name)))?.[1];

/** Whether it is the {@link refusal} of an error of this name. */
export function isCalled(error: unknown, name: string): boolean {
  return ((error as Error).cause as Error | undefined)?.name === name;
}

/**
 * Of what the service said, up to a quote: it quotes values, which may be entries, and of a wrong signature the canonical
 * request, in which the session token is.
 */
function firstSentence(message: string): string {
  return message
    .split(/['"`\n]|\.(?=\s|$)/, 1)[0]!
    .trim()
    .slice(0, 300);
}
