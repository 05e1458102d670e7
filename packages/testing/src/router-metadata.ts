import type { IncomingHttpHeaders } from "node:http";
import type { Resolution } from "./resolve-model.ts";

/** Whether the request asked for `openrouter_metadata`, by the header's present name or its older one. */
export function wantsRouterMetadata(headers: IncomingHttpHeaders): boolean {
  const asked = headers["x-openrouter-metadata"] ?? headers["x-openrouter-experimental-metadata"];
  return asked === "enabled";
}

/** The `openrouter_metadata` of an answer, or of a routed error, where no endpoint was selected. */
export function routerMetadata(resolution: Resolution, isByok: boolean, selected = true) {
  const { requested, model, strategy, attempts } = resolution;
  const fallbacks = attempts.length > 1 ? { attempts } : {};
  return {
    requested,
    strategy,
    region: "iad",
    summary: `available=1${selected ? `, selected=${model.provider}` : ""}`,
    attempt: Math.max(1, attempts.length),
    is_byok: isByok,
    endpoints: { total: 1, available: [{ provider: model.provider, model: model.id, selected }] },
    ...fallbacks,
  };
}
