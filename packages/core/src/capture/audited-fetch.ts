import { AuditError, type AuditProblem } from "../audit-error.ts";
import type { Fetch } from "../fetch.ts";
import type { AuditScope } from "../scope.ts";
import { observeBody } from "./bodies/observe-body.ts";
import { readBounded } from "./bodies/read-bounded.ts";
import { sameResponse } from "./bodies/same-response.ts";
import { endpointOf } from "./endpoints/endpoints.ts";
import { Exchange, type ExchangeSetting } from "./exchange.ts";
import { addressOf, readOutgoing } from "./outgoing-request.ts";
import { type Admission, refusalOf } from "./policy.ts";
import type { Targets } from "./targets.ts";
import type { UnrecordedCalls } from "./unrecorded-calls.ts";

export interface AuditedFetchSetting extends ExchangeSetting {
  readonly targets: Targets;
  /** The fetch that does the work. */
  readonly fetch: Fetch;
  /** Why no call may begin at present, or null. */
  readonly refusal: () => AuditError | null;
  /** What decides about calls that may cost money; null when all are made. */
  readonly admission: Admission | null;
  /** Whether to ask OpenRouter how it routed a call. */
  readonly routingMetadata: boolean;
  readonly onProblem: (problem: AuditProblem) => void;
  /** Looks out for calls of OpenRouter that go where nothing is recorded. */
  readonly unrecorded: UnrecordedCalls;
}

/**
 * A fetch that records every exchange with OpenRouter and is otherwise the plain one: the same bytes, errors and
 * cancellation. The end of an answer reaches the caller when its entry is on the disk. Other requests pass untouched.
 *
 * @throws AuditError before anything is sent, when the journal cannot record: `JOURNAL_UNWRITABLE`, `LOG_CLOSED`; when
 * the call must not be made: `CALL_REFUSED`
 */
export async function auditedFetch(
  setting: AuditedFetchSetting,
  scope: AuditScope | null,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const address = addressOf(input, init);
  const path = address && setting.targets.pathOf(address.url);
  if (!address || path === null) {
    if (address) setting.unrecorded.look(address.url, input, init);
    return setting.fetch(input, init);
  }
  const refusal = setting.refusal();
  if (refusal) throw refusal;
  const match = endpointOf(address.method, path);
  const { mayCost, givesAway = false, describeRequest } = match.endpoint;
  const asksRouting = setting.routingMetadata && mayCost && describeRequest !== null;
  const request = readOutgoing(address, input, init, asksRouting ? routingHeader : null);
  const exchange = new Exchange(setting, scope, match, request);
  if (setting.admission && (mayCost || givesAway)) await admit(setting.admission, exchange);
  let response: Response;
  try {
    response = await setting.fetch(...request.pass);
  } catch (error) {
    // The caller is to see the failure of the call; that it could not be recorded is reported by the journal.
    await exchange.ended("error", error).catch(() => undefined);
    throw error;
  }
  return observed(setting, exchange, response);
}

const routingHeader = ["X-OpenRouter-Metadata", "enabled"] as const;

async function admit(admission: Admission, exchange: Exchange): Promise<void> {
  const refusal = await refusalOf(admission, await exchange.planned());
  if (!refusal) return;
  // The call is refused all the same when that cannot be recorded; the journal reports it.
  await exchange.refused(refusal).catch(() => undefined);
  throw new AuditError("CALL_REFUSED", `This call was refused and not sent. ${refusal.error_message}`);
}

function observed(
  setting: AuditedFetchSetting,
  exchange: Exchange,
  response: Response,
): Response | Promise<Response> {
  exchange.answered(response);
  if (!response.body) return exchange.ended("end").then(() => response);
  if (!(response.body instanceof ReadableStream)) {
    reportUnobservable(setting);
    return exchange.ended("unobservable").then(() => response);
  }
  return response.ok ? observeBody(response, exchange) : observedError(exchange, response, response.body);
}

async function observedError(
  exchange: Exchange,
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const { bytes, rest } = await readBounded(body);
  exchange.chunk(bytes);
  await exchange.ended(rest ? "error" : "end");
  return sameResponse(response, rest ?? new Uint8Array(bytes));
}

const reported = new WeakSet<AuditedFetchSetting>();

/** Once for each log: it is as true of every other call. */
function reportUnobservable(setting: AuditedFetchSetting): void {
  if (reported.has(setting)) return;
  reported.add(setting);
  setting.onProblem({
    code: "BODY_UNOBSERVABLE",
    message:
      "The fetch this audit log was given answers with bodies that are no web ReadableStream (node-fetch does): what they " +
      'hold cannot be recorded, and the calls are recorded with status "unknown". Use the global fetch, or undici\'s.',
  });
}
