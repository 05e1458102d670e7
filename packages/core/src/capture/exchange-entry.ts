import { v7 as uuidv7 } from "uuid";
import type { Identity } from "../audit-context.ts";
import { boundedText } from "../entry/bounded-text.ts";
import type { EntryDraft, ServiceFacts } from "../entry/entry.ts";
import { type Digester, valueDigest } from "../privacy/digest.ts";
import type { AuditScope } from "../scope.ts";
import type { Attempt } from "./attempts.ts";
import type { DescribedRequest } from "./described-request.ts";
import type { AnswerDescription } from "./endpoints/endpoint.ts";
import type { EndpointMatch } from "./endpoints/endpoints.ts";
import { nameOf } from "./endpoints/json-fields.ts";
import type { Outcome } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { endpointPath } from "./targets.ts";

/** What is kept of a response. Not the response itself: fetch closes the connection of one that nobody holds any more. */
export type ResponseHead = Pick<Response, "status" | "ok" | "headers">;

/** All that is known of an exchange when it is over. */
export interface ExchangeFacts {
  readonly exchangeId: string;
  readonly match: EndpointMatch;
  readonly request: OutgoingRequest;
  readonly asked: DescribedRequest;
  readonly attempt: Attempt;
  readonly scope: AuditScope | null;
  readonly identity: Identity;
  readonly response: ResponseHead | null;
  readonly answer: AnswerDescription | null;
  /** SHA-256 of the body of an answer that was no stream, in hexadecimal: only made where it is needed. */
  readonly rawAnswer: () => string | null;
  readonly outcome: Outcome;
  readonly isRefused: boolean;
  readonly begunAt: Date;
  /** Null of an exchange that has only begun. */
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly responseBytes: number | null;
}

/**
 * Puts the facts of an exchange in the words of the entry. In canonical order and without spreads: this is done for every
 * call, and an entry that is in order is sealed faster.
 */
export function draftOfExchange(
  facts: ExchangeFacts,
  setting: { readonly service: ServiceFacts; readonly digester: Digester },
): EntryDraft {
  const { match, request, asked, attempt, scope, identity, answer, outcome } = facts;
  const { endpoint, template } = match;
  const { said } = asked;
  const usage = answer?.usage;
  const hasDigests = endpoint.describeRequest !== null;
  return {
    attempt: attempt.attempt,
    attribution: identity.attribution,
    cache_source_id: headerOf(facts, "x-openrouter-cache-source-id"),
    cache_status: headerOf(facts, "x-openrouter-cache-status"),
    cache_write_tokens: usage?.cache_write_tokens ?? null,
    cached_tokens: usage?.cached_tokens ?? null,
    call_id: attempt.call_id,
    claimed_user: said?.claimed_user ?? null,
    completion_tokens: usage?.completion_tokens ?? null,
    cost_usd: usage?.cost_usd ?? null,
    detail: null,
    endpoint: endpointPath(request.url.pathname, template),
    error_code: outcome.error_code,
    error_message: outcome.error_message,
    error_type: outcome.error_type,
    event_type: facts.isRefused ? "call_refused" : endpoint.eventType,
    exchange_id: facts.exchangeId,
    finish_reason: answer?.finish_reason ?? null,
    generation_id: headerOf(facts, "x-generation-id") ?? answer?.generation_id ?? null,
    http_status: outcome.http_status,
    id: uuidv7(),
    is_byok: usage?.is_byok ?? null,
    latency_ms: facts.latencyMs,
    log: undefined,
    metadata: scope?.metadata() ?? {},
    method: boundedText(request.method, 16),
    model: said?.model ?? null,
    model_served: answer?.model_served ?? null,
    native_finish_reason: answer?.native_finish_reason ?? null,
    parameters: said?.parameters ?? null,
    policy: said?.policy ?? null,
    prompt_hash: hasDigests ? promptHash(facts, setting.digester) : null,
    prompt_tokens: usage?.prompt_tokens ?? null,
    provider: answer?.provider ?? null,
    reasoning_tokens: usage?.reasoning_tokens ?? null,
    recorded_at: undefined,
    refused: answer?.refused ?? null,
    request: scope?.request() ?? null,
    request_bytes: asked.bytes,
    response_bytes: facts.responseBytes,
    response_complete: outcome.response_complete,
    response_hash: hasDigests ? responseHash(facts, setting.digester) : null,
    routing: answer?.routing ?? null,
    schema_version: 1,
    seq: undefined,
    service: setting.service,
    service_tier: answer?.service_tier ?? null,
    session_id: identity.session_id,
    status: outcome.status,
    stream: said?.stream ?? null,
    tenant_id: identity.tenant_id,
    time_to_first_token_ms: facts.firstTokenMs,
    timestamp: facts.begunAt.toISOString(),
    tools: hasDigests ? { called: answer?.tools_called ?? [], offered: said?.tools_offered ?? [] } : null,
    total_tokens: usage?.total_tokens ?? null,
    turn: attempt.turn,
    unavailable: outcome.unavailable,
    upstream_cost_usd: usage?.upstream_cost_usd ?? null,
    usage_details: usage?.usage_details ?? null,
    user_id: identity.user_id,
  };
}

function headerOf({ response }: ExchangeFacts, name: string): string | null {
  try {
    return nameOf(response?.headers.get(name));
  } catch {
    // Headers of what stands in for a response.
    return null;
  }
}

function promptHash({ asked, identity }: ExchangeFacts, digester: Digester): string | null {
  return asked.prompt && digester.digest("prompt", identity.tenant_id, asked.prompt);
}

function responseHash(
  { identity, response, answer, rawAnswer }: ExchangeFacts,
  digester: Digester,
): string | null {
  const said = answer?.response === undefined ? null : valueDigest(answer.response);
  const isUnread = answer?.response === undefined ? response?.ok && !answer?.error : said === null;
  const output = isUnread ? rawAnswer() : said;
  return output && digester.digest("response", identity.tenant_id, output);
}
