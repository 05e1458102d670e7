import { AuditError, type AuditProblem } from "../audit-error.ts";
import type { Fetch } from "../fetch.ts";
import type { AuditScope } from "../scope.ts";
import { observeBody } from "./bodies/observe-body.ts";
import { readBounded } from "./bodies/read-bounded.ts";
import { sameResponse } from "./bodies/same-response.ts";
import { endpointOf } from "./endpoints/endpoints.ts";
import { Exchange, type ExchangeSetting } from "./exchange.ts";
import { heldCall } from "./held-call.ts";
import { letGo } from "./let-go.ts";
import { unlessAborted } from "./on-abort.ts";
import { addressOf, type OutgoingRequest, readOutgoing } from "./outgoing-request.ts";
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
 * cancellation. The end of an answer reaches the caller when its entry is kept as `guarantee` says; in write-ahead nothing
 * is sent before its start is. Other requests pass untouched.
 *
 * @throws AuditError before anything is sent, when nothing can be recorded: `JOURNAL_UNWRITABLE`, `JOURNAL_BUSY`,
 * `SINK_UNAVAILABLE`, `LOG_CLOSED`; when the call must not be made: `CALL_REFUSED`. The body of the answer ends with the first
 * three when its entry cannot be kept
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
  const admission = mayCost || givesAway ? setting.admission : null;
  const { isWriteAhead } = setting.recording;
  const isHeld = admission !== null || isWriteAhead;
  const { call, refused }: HeldCall = isHeld ? held(input, init) : { call: [input, init] };
  const request = readOutgoing(address, ...call, asksRouting ? routingHeader : null);
  const exchange = new Exchange(setting, scope, match, request);
  if (refused) {
    await exchange.ended("error", refused.error).catch(() => undefined);
    throw refused.error;
  }
  if (admission) {
    await admit(admission, exchange, request);
    await stillRecorded(setting, exchange);
  }
  if (isWriteAhead) await begin(setting, exchange, request);
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

interface HeldCall {
  readonly call: Parameters<Fetch>;
  readonly refused?: { readonly error: unknown };
}

/** What fetch would refuse (a `Request` that was used) cannot be held either, and fails in the same words. */
function held(input: string | URL | Request, init: RequestInit | undefined): HeldCall {
  try {
    return { call: heldCall(input, init) };
  } catch (error) {
    return { call: [input, init], refused: { error } };
  }
}

const routingHeader = ["X-OpenRouter-Metadata", "enabled"] as const;

async function admit(admission: Admission, exchange: Exchange, request: OutgoingRequest): Promise<void> {
  const { signal } = request;
  const asked = exchange.planned().then((call) => refusalOf(admission, call));
  // What was aborted before is fetch's to refuse, in its own words.
  const refusal = await (signal && !signal.aborted ? unlessAborted(asked, signal) : asked);
  if (refusal === "aborted") throw unsent(exchange, request, signal!.reason);
  if (!refusal) return;
  // The call is refused all the same when that cannot be recorded; the journal reports it.
  const recorded = exchange.refused(refusal).catch(() => undefined);
  const error = new AuditError(
    "CALL_REFUSED",
    `This call was refused and not sent. ${refusal.error_message}`,
  );
  letGo(request, error);
  await recorded;
  throw error;
}

/** Nothing is sent before it is kept that it will be. */
async function begin(
  setting: AuditedFetchSetting,
  exchange: Exchange,
  request: OutgoingRequest,
): Promise<void> {
  let start: "kept" | "aborted";
  try {
    start = await exchange.started();
  } catch (error) {
    throw unsent(exchange, request, error);
  }
  const { signal } = request;
  if (start === "aborted") throw unsent(exchange, request, signal!.reason);
  const refusal = signal?.aborted ? null : setting.refusal();
  if (refusal) throw unsent(exchange, request, refusal);
}

/** A start may be kept also when nobody could be told so: it is to have its end. Who sent nothing does not wait for that. */
function unsent(exchange: Exchange, request: OutgoingRequest, reason: unknown): unknown {
  letGo(request, reason);
  exchange.ended("error", reason).catch(() => undefined);
  return reason;
}

/** Somebody was waited for: by now the log may be closed, or its disk full. */
async function stillRecorded(setting: AuditedFetchSetting, exchange: Exchange): Promise<void> {
  const refusal = setting.refusal();
  if (!refusal) return;
  await exchange.ended("error", refusal).catch(() => undefined);
  throw refusal;
}

function observed(
  setting: AuditedFetchSetting,
  exchange: Exchange,
  response: Response,
): Response | Promise<Response> {
  let body: unknown;
  let bodyUsed: boolean;
  try {
    // What stands in for a fetch in a test may answer with anything, and that may fail when it is looked at.
    if (typeof response?.headers?.get !== "function") return unobserved(setting, exchange, response);
    exchange.answered(response);
    ({ body, bodyUsed } = response);
  } catch {
    return unobserved(setting, exchange, response);
  }
  if (!body) return exchange.ended("end").then(() => response);
  if (!(body instanceof ReadableStream)) return unobserved(setting, exchange, response);
  if (body.locked || bodyUsed) return exchange.ended("unobservable").then(() => response);
  return response.ok ? observeBody(response, exchange) : observedError(exchange, response, body);
}

async function observedError(
  exchange: Exchange,
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const { bytes, rest } = await readBounded(body);
  exchange.chunk(bytes);
  try {
    await exchange.ended(rest ? "error" : "end");
  } catch (error) {
    rest?.cancel(error).catch(() => undefined);
    throw error;
  }
  return sameResponse(response, rest ?? new Uint8Array(bytes));
}

function unobserved(setting: AuditedFetchSetting, exchange: Exchange, response: Response): Promise<Response> {
  reportUnobservable(setting);
  return exchange.ended("unobservable").then(() => response);
}

const reported = new WeakSet<AuditedFetchSetting>();

/** Once for each log: it is as true of every other call. */
function reportUnobservable(setting: AuditedFetchSetting): void {
  if (reported.has(setting)) return;
  reported.add(setting);
  setting.onProblem({
    code: "BODY_UNOBSERVABLE",
    message:
      "The fetch this audit log was given answers with no web Response, or with one whose body is no web ReadableStream " +
      '(node-fetch does): what it holds cannot be recorded, and the calls are recorded with status "unknown". ' +
      "Use the global fetch, or undici's.",
  });
}
