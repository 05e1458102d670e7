import type { CallParameters, RoutingPolicy } from "../../entry/entry.ts";
import { booleanOf, type Fields, fieldsOf, nameOf, namesOf, numberOf, wordOf } from "./json-fields.ts";

/** The members of a request that say something of its routing. */
const members = ["provider", "plugins", "models", "preset"] as const;

/**
 * What a request asks of OpenRouter's routing; null when it asks nothing. The members are the same on every inference
 * endpoint.
 */
export function routingPolicyOf(body: Fields): RoutingPolicy | null {
  if (!members.some((name) => body[name])) return null;
  const provider = fieldsOf(body.provider);
  const plugins = Array.isArray(body.plugins) ? body.plugins.map(fieldsOf) : null;
  const policy: RoutingPolicy = {
    allow_fallbacks: booleanOf(provider.allow_fallbacks),
    data_collection: nameOf(provider.data_collection),
    enforce_distillable_text: booleanOf(provider.enforce_distillable_text),
    fallback_models: namesIn(body.models),
    max_price: maxPriceOf(provider.max_price),
    plugins: plugins && namesOf(plugins.filter(({ enabled }) => enabled !== false).map(({ id }) => id)),
    plugins_off: plugins && namesOf(plugins.filter(({ enabled }) => enabled === false).map(({ id }) => id)),
    preset: nameOf(body.preset),
    provider_ignore: namesIn(provider.ignore),
    provider_only: namesIn(provider.only),
    provider_order: namesIn(provider.order),
    quantizations: Array.isArray(provider.quantizations) ? namesOf(provider.quantizations.map(wordOf)) : null,
    require_parameters: booleanOf(provider.require_parameters),
    sort: wordOf(provider.sort) ?? wordOf(fieldsOf(provider.sort).by),
    zdr: booleanOf(provider.zdr),
  };
  return Object.values(policy).every((member) => member === null) ? null : policy;
}

function namesIn(value: unknown): string[] | null {
  return Array.isArray(value) ? namesOf(value) : null;
}

function maxPriceOf(value: unknown): CallParameters | null {
  const prices = Object.entries(fieldsOf(value)).filter(
    ([name, price]) => ["prompt", "completion", "request", "image", "audio"].includes(name) && isPrice(price),
  );
  return prices.length > 0 ? (Object.fromEntries(prices) as CallParameters) : null;
}

function isPrice(value: unknown): boolean {
  return numberOf(value) !== null || (typeof value === "string" && /^\d{1,12}(\.\d{1,12})?$/.test(value));
}
