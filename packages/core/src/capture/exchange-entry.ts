import type { Identity } from "../audit-context.ts";
import { boundedText } from "../entry/bounded-text.ts";
import { draftEntry } from "../entry/draft-entry.ts";
import type { EntryDraft, ServiceFacts } from "../entry/entry.ts";
import { type Digester, digestInput } from "../privacy/digest.ts";
import type { AuditScope } from "../scope.ts";
import type { Attempt } from "./attempts.ts";
import type { AnswerDescription, Endpoint, RequestDescription } from "./endpoint.ts";
import { nameOf } from "./json-fields.ts";
import type { Outcome } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { pathTemplate } from "./targets.ts";
import { unknownEndpoint } from "./unknown-endpoint.ts";

/** All that is known of an exchange when it is over. */
export interface ExchangeFacts {
  readonly exchangeId: string;
  readonly endpoint: Endpoint;
  readonly request: OutgoingRequest;
  /** The request's body. */
  readonly body: Buffer | null;
  readonly attempt: Attempt | null;
  readonly scope: AuditScope | null;
  readonly identity: Identity;
  readonly response: Response | null;
  readonly answer: AnswerDescription | null;
  /** The body of an answer that was no stream. */
  readonly rawAnswer: Buffer | null;
  readonly outcome: Outcome;
  readonly begunAt: Date;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly responseBytes: number | null;
}

/** Puts the facts of an exchange in the words of the entry. */
export function draftOfExchange(
  facts: ExchangeFacts,
  setting: { readonly service: ServiceFacts; readonly digester: Digester },
): EntryDraft {
  const { request, body, scope, answer } = facts;
  const isKnown = facts.endpoint !== unknownEndpoint;
  const asked = body && describedRequest(facts.endpoint, body);
  const header = (name: string) => nameOf(facts.response?.headers.get(name));
  return draftEntry({
    event_type: facts.endpoint.eventType,
    timestamp: facts.begunAt.toISOString(),
    service: setting.service,
    request: scope?.request() ?? null,
    metadata: scope?.metadata() ?? {},
    exchange_id: facts.exchangeId,
    method: boundedText(request.method, 16),
    endpoint: pathTemplate(request.url.pathname),
    latency_ms: facts.latencyMs,
    time_to_first_token_ms: facts.firstTokenMs,
    request_bytes: body?.length ?? null,
    response_bytes: facts.responseBytes,
    ...facts.identity,
    ...facts.attempt,
    ...(asked && requestMembers(asked)),
    ...(answer && answerMembers(answer)),
    ...facts.outcome,
    tools: isKnown ? { offered: asked?.tools_offered ?? [], called: answer?.tools_called ?? [] } : null,
    generation_id: header("x-generation-id") ?? answer?.generation_id ?? null,
    cache_status: header("x-openrouter-cache-status"),
    ...(isKnown && digestsOf(facts, asked, setting.digester)),
  });
}

function describedRequest(endpoint: Endpoint, body: Buffer): RequestDescription | null {
  try {
    return endpoint.describeRequest(JSON.parse(body.toString()));
  } catch {
    // No JSON: only its size and its digest are kept.
    return null;
  }
}

function requestMembers(asked: RequestDescription): Partial<EntryDraft> {
  const { model, stream, claimed_user, parameters, policy } = asked;
  return { model, stream, claimed_user, parameters, policy };
}

function answerMembers(answer: AnswerDescription): Partial<EntryDraft> {
  const { model_served, provider, finish_reason, native_finish_reason, service_tier, usage } = answer;
  return { model_served, provider, finish_reason, native_finish_reason, service_tier, ...usage };
}

function digestsOf(
  { body, identity, response, answer, rawAnswer }: ExchangeFacts,
  asked: RequestDescription | null,
  digester: Digester,
): Pick<EntryDraft, "prompt_hash" | "response_hash"> {
  const prompt = body && (asked?.prompt === undefined ? body : digestInput(asked.prompt, body));
  // Of a stream there are no raw bytes.
  const raw = rawAnswer?.length ? rawAnswer : null;
  const unread = response?.ok && !answer?.error ? raw : null;
  const output = answer?.response === undefined ? unread : digestInput(answer.response, raw);
  return {
    prompt_hash: prompt && digester.digest("prompt", identity.tenant_id, prompt),
    response_hash: output && digester.digest("response", identity.tenant_id, output),
  };
}
