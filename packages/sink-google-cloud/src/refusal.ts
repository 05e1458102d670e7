import { protos } from "@google-cloud/logging";
import type { RejectedEntry } from "@openrouter-audit/core";
import { networkFailureOf } from "@openrouter-audit/core/sink";

const again = "It is tried again by itself";

/** What to do, by the code of gRPC, or the reason where Google tells one. */
const advice: { readonly [codeOrReason: string]: string } = {
  3: "Look at logName, resource and labels, and at the clock of this machine.", // INVALID_ARGUMENT
  4: `${again}; look at the network when it lasts.`, // DEADLINE_EXCEEDED
  5: "Look at projectId: nobody knows this project.", // NOT_FOUND
  7: "Grant logging.logEntries.create (in roles/logging.logWriter) on the project to the account that writes.", // PERMISSION_DENIED
  8: `${again}; ask for more quota of write requests to Cloud Logging when it lasts.`, // RESOURCE_EXHAUSTED
  9: "Look at the log bucket, its encryption key and the billing of the project.", // FAILED_PRECONDITION
  16: "Give other credentials: these are expired, revoked or not Google's.", // UNAUTHENTICATED
  SERVICE_DISABLED: "Enable the Cloud Logging API (logging.googleapis.com) in the project.",
  BILLING_DISABLED: "Enable billing for the project.",
};

/** What the client rejects with: an error of gRPC. */
export interface ServiceError {
  readonly code?: number | string;
  readonly message: string;
  readonly reason?: string;
  readonly metadata?: { get(name: string): (string | Uint8Array)[] };
}

/**
 * The entries that Google will never take, and has said so of each: all others of the request are written.
 *
 * @param ids of what was sent, in order
 * @throws Error when anything else went wrong: it holds for the whole request, or passes
 */
export function rejectionsIn(error: ServiceError, ids: readonly string[], logName: string): RejectedEntry[] {
  const refused = Object.entries(partialErrorsOf(error));
  const isForEver = refused.length > 0 && refused.every(([, { code }]) => code === 3);
  // When nothing was taken, it may be the request that is wrong.
  if (!isForEver || refused.length === ids.length) throw refusalOf(error, logName);
  return refused.map(([index, { message }]) => {
    return { id: ids[Number(index)]!, reason: `Google Cloud Logging refused it: ${message}` };
  });
}

/** `WriteLogEntriesPartialErrors` among the details of the status: by the place in the request. */
function partialErrorsOf({ metadata }: ServiceError): { [index: string]: protos.google.rpc.IStatus } {
  const [status] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(status instanceof Uint8Array)) return {};
  const { details } = protos.google.rpc.Status.decode(status);
  const partial = details.find((detail) => detail.type_url?.endsWith(".WriteLogEntriesPartialErrors"));
  const { WriteLogEntriesPartialErrors } = protos.google.logging.v2;
  return partial ? WriteLogEntriesPartialErrors.decode(partial.value as Uint8Array).logEntryErrors : {};
}

/** What happened, to what, and what to do. */
export function refusalOf(error: ServiceError, logName: string): Error {
  const { code, message, reason = "" } = error;
  const todo = advice[reason] ?? advice[code ?? ""] ?? `${again}.`;
  return inWords(`Google Cloud Logging took nothing for ${logName}`, message, todo, error);
}

/** The same when it was not asked: there are no credentials, they do not tell the project, or who gives them cannot be reached. */
export function unaskedOf(error: Error, logName: string): Error {
  const failure = networkFailureOf(error);
  const todo = failure
    ? `${failure.todo}.`
    : "Set GOOGLE_APPLICATION_CREDENTIALS, or run where a service account is attached.";
  const why = failure ? `${failure.happened} (${failure.code})` : error.message;
  return inWords(`Nothing could be sent to ${logName}`, why, todo, error);
}

function inWords(happened: string, why: string, todo: string, cause: unknown): Error {
  return new Error(`${happened}: ${why.replace(/\.$/, "")}. ${todo}`, { cause });
}
