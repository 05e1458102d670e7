import type { Identity } from "../audit-context.ts";
import { boundedText } from "../entry/bounded-text.ts";
import { draftEntry } from "../entry/draft-entry.ts";
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

/** All that is known of an exchange when it is over. */
export interface ExchangeFacts {
  readonly exchangeId: string;
  readonly match: EndpointMatch;
  readonly request: OutgoingRequest;
  readonly asked: DescribedRequest;
  readonly attempt: Attempt;
  readonly scope: AuditScope | null;
  readonly identity: Identity;
  readonly response: Response | null;
  readonly answer: AnswerDescription | null;
  /** SHA-256 of the body of an answer that was no stream. */
  readonly rawAnswer: Buffer | null;
  readonly outcome: Outcome;
  readonly isRefused: boolean;
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
  const { match, request, asked, scope, answer } = facts;
  const { endpoint } = match;
  const header = (name: string) => nameOf(facts.response?.headers.get(name));
  return draftEntry({
    event_type: facts.isRefused ? "call_refused" : endpoint.eventType,
    timestamp: facts.begunAt.toISOString(),
    service: setting.service,
    request: scope?.request() ?? null,
    metadata: scope?.metadata() ?? {},
    exchange_id: facts.exchangeId,
    method: boundedText(request.method, 16),
    endpoint: endpointPath(request.url.pathname, match.template),
    latency_ms: facts.latencyMs,
    time_to_first_token_ms: facts.firstTokenMs,
    request_bytes: asked.bytes,
    response_bytes: facts.responseBytes,
    ...facts.identity,
    ...facts.attempt,
    ...requestMembers(asked),
    ...(answer && answerMembers(answer)),
    ...facts.outcome,
    tools: endpoint.describeRequest && {
      offered: asked.said?.tools_offered ?? [],
      called: answer?.tools_called ?? [],
    },
    generation_id: header("x-generation-id") ?? answer?.generation_id ?? null,
    cache_status: header("x-openrouter-cache-status"),
    ...(endpoint.describeRequest && digestsOf(facts, setting.digester)),
  });
}

function requestMembers({ said }: DescribedRequest): Partial<EntryDraft> {
  if (!said) return {};
  const { model, stream, claimed_user, parameters, policy } = said;
  return { model, stream, claimed_user, parameters, policy };
}

function answerMembers(answer: AnswerDescription): Partial<EntryDraft> {
  const { model_served, provider, finish_reason, native_finish_reason, refused, service_tier, routing } =
    answer;
  const { usage } = answer;
  return {
    model_served,
    provider,
    finish_reason,
    native_finish_reason,
    refused,
    service_tier,
    routing,
    ...usage,
  };
}

function digestsOf(
  { asked, identity, response, answer, rawAnswer }: ExchangeFacts,
  digester: Digester,
): Pick<EntryDraft, "prompt_hash" | "response_hash"> {
  const unread = response?.ok && !answer?.error ? rawAnswer : null;
  const output = answer?.response === undefined ? unread : (valueDigest(answer.response) ?? rawAnswer);
  return {
    prompt_hash: asked.prompt && digester.digest("prompt", identity.tenant_id, asked.prompt),
    response_hash: output && digester.digest("response", identity.tenant_id, output),
  };
}
