import type { Trouble } from "./advice.ts";
import { nearMatches } from "./near-matches.ts";

/** Suffixes that choose a route for any model; they are not listed. Others (`:free`) name models of their own. */
const routingSuffixes = new Set(["nitro", "floor", "exacto", "online"]);

/** The ids in the answer of GET /models, or null when it is none. */
export function modelIdsOf(body: unknown): string[] | null {
  const { data } = (body ?? {}) as { data?: unknown };
  if (!Array.isArray(data)) return null;
  return data.flatMap((model: { id?: unknown } | null) => (typeof model?.id === "string" ? model.id : []));
}

/** Why OpenRouter would not know a model, or null when it would. */
export function modelTrouble(model: string, ids: readonly string[]): Trouble | null {
  const { base, suffix } = partsOf(model);
  if (ids.includes(model) || (suffix !== null && routingSuffixes.has(suffix) && ids.includes(base)))
    return null;

  if (suffix !== null && ids.includes(base)) {
    const variants = ids.filter((id) => partsOf(id).base === base);
    return {
      problem: `${base} exists, but has no variant :${suffix}`,
      advice: `There ${variants.length === 1 ? "is" : "are"} ${variants.join(", ")}.`,
    };
  }
  const near = nearMatches(model, ids);
  const meant =
    near.length > 0 ? `Did you mean ${near.join(", or ")}?` : "All models: https://openrouter.ai/models.";
  return base.includes("/")
    ? { problem: `OpenRouter has no model ${model}`, advice: meant }
    : {
        problem: `${model} is no model id: it lacks the prefix of its provider (provider/model)`,
        advice: meant,
      };
}

/** `openai/gpt-4o:free` is the model `openai/gpt-4o` and the suffix `free`. */
export function partsOf(model: string): { base: string; suffix: string | null } {
  const colon = model.lastIndexOf(":");
  return colon < 0
    ? { base: model, suffix: null }
    : { base: model.slice(0, colon), suffix: model.slice(colon + 1) };
}
