import type { CallParameters, RoutingPolicy } from "../../entry/entry.ts";
import { booleanOf, type Fields, fieldsOf, listOf, nameOf, namesOf, numberOf } from "./json-fields.ts";

/**
 * What a request asks of OpenRouter's routing; null when it asks nothing. The members are the same on every inference
 * endpoint.
 */
export function routingPolicyOf(body: Fields): RoutingPolicy | null {
  const provider = fieldsOf(body.provider);
  const policy: RoutingPolicy = {
    zdr: booleanOf(provider.zdr),
    data_collection: nameOf(provider.data_collection),
    allow_fallbacks: booleanOf(provider.allow_fallbacks),
    provider_order: namesIn(provider.order),
    provider_only: namesIn(provider.only),
    provider_ignore: namesIn(provider.ignore),
    fallback_models: namesIn(body.models),
    plugins: Array.isArray(body.plugins) ? namesOf(body.plugins.map((plugin) => fieldsOf(plugin).id)) : null,
    max_price: maxPriceOf(provider.max_price),
    preset: nameOf(body.preset),
  };
  return Object.values(policy).every((member) => member === null) ? null : policy;
}

function namesIn(value: unknown): string[] | null {
  return Array.isArray(value) ? namesOf(listOf(value)) : null;
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
