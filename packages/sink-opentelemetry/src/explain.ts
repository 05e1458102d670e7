import { networkFailureOf } from "@openrouter-audit/core/sink";

/** Why records did not arrive, in words that say what to do. Nothing of what the place answered: it may quote a record. */
export function explain(error: unknown, where: "exporter" | "logger provider"): Error {
  const [code, message] = innermost(error);
  const status = Number(code) > 500 ? 500 : code;
  const network = networkFailureOf(error);
  const known = network ? `${network.happened}. ${network.todo}` : reasons[String(status)];
  const why = known ?? `records did not arrive: ${message.replace(/\.$/, "")}`;
  const after = (error as { retryAfter?: unknown } | null)?.retryAfter;
  const told = [network?.code ?? code, after && `Retry-After: ${after}`].filter(Boolean).join(", ");
  return new Error(`The ${where} failed: ${why}${told && ` (${told})`}.`, { cause: error });
}

/** The status of HTTP or gRPC, or the code of a socket, and what was said last: a client tells why in the cause of its error. */
function innermost(error: unknown): [code: unknown, message: string] {
  let code: unknown;
  let message = "no reason was given";
  for (let at = error, depth = 0; at && depth < 5; at = (at as Error).cause, depth += 1) {
    // The code of a DOMException is a number of its own kind.
    if (Object.prototype.toString.call(at) !== "[object DOMException]")
      code ??= (at as { code?: unknown }).code;
    message = (at as Error).message || message;
  }
  return [code, message];
}

const credentials = "the place does not know the credentials. See to the headers of the exporter";
const permission = "the credentials may not write logs. Allow it where they were made";
const throttled = "the place takes no more for now. Nothing to do, unless it lasts: then raise the quota";
const unavailable = "the place is not well. Nothing to do, unless it lasts: then see to the collector";
const malformed = "the place finds the request malformed. Does it take logs by OTLP, in this encoding?";
const late = "the place did not answer in time";

const reasons: Readonly<Record<string, string>> = {
  "400": malformed,
  "401": credentials,
  "403": permission,
  "404": "there is nothing at this URL. It must be all of it, most often with /v1/logs at its end",
  "405": "this URL takes no POST. It must be all of it, most often with /v1/logs at its end",
  "408": late,
  "413":
    "the request is larger than the place takes. Let it take 4 MiB (max_request_body_size of a collector)",
  "415": "the place takes no protobuf. Does it take logs by OTLP?",
  "429": throttled,
  "500": unavailable,
  // gRPC
  "3": malformed,
  "4": late,
  "7": permission,
  "8": throttled,
  "12": "the place takes no logs. Has the collector a pipeline for them?",
  "14": unavailable,
  "16": credentials,
};
