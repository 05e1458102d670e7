import type { Fields } from "../fields.ts";
import { count, flag, nested, number, text, texts } from "../value-types.ts";

/** What ECS has no field for, in a field set of our own. Each has one type for ever: an index refuses a second one. */
export const ownFields: Fields = {
  "openrouter_audit.schema_version": ({ schema_version }) => count(schema_version),
  "openrouter_audit.log": ({ log }) => text(log),
  "openrouter_audit.attribution.how": ({ attribution }) => text(attribution?.how),
  "openrouter_audit.attribution.source": ({ attribution }) => text(attribution?.source),
  "openrouter_audit.claimed_user": ({ claimed_user }) => text(claimed_user),
  "openrouter_audit.session_id": ({ session_id }) => text(session_id),
  "openrouter_audit.request.id": ({ request }) => text(request?.id),
  "openrouter_audit.request.method": ({ request }) => text(request?.method),
  "openrouter_audit.request.route": ({ request }) => text(request?.route),
  "openrouter_audit.exchange_id": ({ exchange_id }) => text(exchange_id),
  "openrouter_audit.call_id": ({ call_id }) => text(call_id),
  "openrouter_audit.turn": ({ turn }) => count(turn),
  "openrouter_audit.attempt": ({ attempt }) => count(attempt),
  "openrouter_audit.stream": ({ stream }) => flag(stream),
  "openrouter_audit.provider": ({ provider }) => text(provider),
  "openrouter_audit.finish_reason": ({ finish_reason }) => text(finish_reason),
  "openrouter_audit.native_finish_reason": ({ native_finish_reason }) => text(native_finish_reason),
  "openrouter_audit.refused": ({ refused }) => flag(refused),
  "openrouter_audit.parameters": ({ parameters }) => json(parameters),
  "openrouter_audit.policy": ({ policy }) => json(policy),
  "openrouter_audit.routing": ({ routing }) => json(routing),
  "openrouter_audit.tools.offered": ({ tools }) => texts(tools?.offered),
  "openrouter_audit.tools.called": ({ tools }) => texts(tools?.called),
  "openrouter_audit.cache_status": ({ cache_status }) => text(cache_status),
  "openrouter_audit.cache_source_id": ({ cache_source_id }) => text(cache_source_id),
  "openrouter_audit.service_tier": ({ service_tier }) => text(service_tier),
  "openrouter_audit.total_tokens": ({ total_tokens }) => count(total_tokens),
  "openrouter_audit.cached_tokens": ({ cached_tokens }) => count(cached_tokens),
  "openrouter_audit.cache_write_tokens": ({ cache_write_tokens }) => count(cache_write_tokens),
  "openrouter_audit.reasoning_tokens": ({ reasoning_tokens }) => count(reasoning_tokens),
  "openrouter_audit.usage_details": ({ usage_details }) => json(usage_details),
  "openrouter_audit.cost_usd": ({ cost_usd }) => number(cost_usd),
  "openrouter_audit.is_byok": ({ is_byok }) => flag(is_byok),
  "openrouter_audit.upstream_cost_usd": ({ upstream_cost_usd }) => number(upstream_cost_usd),
  "openrouter_audit.time_to_first_token_ms": ({ time_to_first_token_ms }) => number(time_to_first_token_ms),
  "openrouter_audit.status": ({ status }) => text(status),
  "openrouter_audit.response_complete": ({ response_complete }) => flag(response_complete),
  "openrouter_audit.unavailable": ({ unavailable }) => json(unavailable),
  "openrouter_audit.prompt_hash": ({ prompt_hash }) => text(prompt_hash),
  "openrouter_audit.response_hash": ({ response_hash }) => text(response_hash),
  "openrouter_audit.metadata": ({ metadata }) => json(metadata),
  "openrouter_audit.detail": ({ detail }) => json(detail),
  "openrouter_audit.signature": ({ signature }) => text(signature),
};

/** As text: each name within would become a field, and an entry in which one has another type would be refused. */
function json(value: unknown): string | undefined {
  const object = nested(value);
  return object && JSON.stringify(object);
}
