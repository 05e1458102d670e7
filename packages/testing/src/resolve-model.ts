import type { ChatRequest } from "./chat-request.ts";
import type { ErrorContext } from "./error-answer.ts";
import type { ErrorSpecification } from "./error-catalogue.ts";
import type { CatalogueModel } from "./model-catalogue.ts";

/** The model that serves a request, and how it was found. */
export interface Resolution {
  readonly requested: string;
  readonly model: CatalogueModel;
  readonly strategy: "direct" | "auto" | "free" | "latest" | "fallback";
  /** Every model tried, the serving one last. */
  readonly attempts: readonly {
    readonly provider: string;
    readonly model: string;
    readonly status: number;
  }[];
}

/** Why no model serves a request. */
export interface Refusal {
  readonly error: ErrorSpecification;
  readonly context: ErrorContext;
}

/** The model that a key's account uses when a request names none, and that presets stand for. */
const defaultModel = "openai/gpt-5-mini";

/** Finds the serving model: variants, presets, aliases, data policy, provider preferences, and `models` as fallbacks. */
export function resolveModel(
  request: ChatRequest,
  catalogue: readonly CatalogueModel[],
  unavailable: readonly string[] = [],
): Resolution | Refusal {
  const wanted = [...new Set([...(request.model ? [request.model] : []), ...(request.models ?? [])])];
  const requested = wanted[0] ?? defaultModel;
  const attempts: Resolution["attempts"][number][] = [];
  let refusal: Refusal | undefined;

  for (const id of wanted.length ? wanted : [defaultModel]) {
    const found = findModel(id, catalogue);
    const ruledOut = "error" in found ? found : excluded(found.model, request);
    if (ruledOut || "error" in found) {
      refusal ??= ruledOut;
      continue;
    }
    const { model, strategy } = found;
    const down = unavailable.includes(model.id);
    attempts.push({ provider: model.provider, model: model.id, status: down ? 503 : 200 });
    if (!down) return { requested, model, strategy: id === requested ? strategy : "fallback", attempts };
    refusal ??= { error: "no_provider", context: { model: id, provider: model.provider } };
  }
  return refusal ?? { error: "no_provider", context: { model: requested } };
}

type Found = Pick<Resolution, "model" | "strategy">;

function findModel(id: string, catalogue: readonly CatalogueModel[]): Found | Refusal {
  const withoutPreset = id.replace(/@preset\/.*$/, "") || defaultModel;
  const [base = "", variant] = withoutPreset.split(":");
  const [author = "", slug] = base.split("/");
  const auto = base === "openrouter/auto";
  const latest = author.startsWith("~");

  const matches = (model: CatalogueModel) =>
    auto || (latest ? model.id.startsWith(`${author.slice(1)}/`) : model.id === base);
  const model = catalogue.find(matches);
  if (!model) {
    const name = `${withoutPreset} is not a valid model ID`;
    return slug === undefined
      ? { error: { name: "invalid_model", message: name }, context: { model: id } }
      : { error: { name: "model_not_found", message: name }, context: { model: id } };
  }

  if (variant !== "free") return { model, strategy: auto ? "auto" : latest ? "latest" : "direct" };
  if (model.free) return { model: { ...model, promptPriceUsd: 0, completionPriceUsd: 0 }, strategy: "free" };
  return {
    error: { name: "no_endpoints", message: `No endpoints found for ${id}.` },
    context: { model: id },
  };
}

function excluded(model: CatalogueModel, { provider: preferences }: ChatRequest): Refusal | undefined {
  const names = (list: readonly string[]) =>
    list.some((name) => name.toLowerCase() === model.provider.toLowerCase());
  const { only, ignore, zdr, data_collection: collection } = preferences ?? {};
  let excludedBy: string | undefined;
  if (zdr && !model.zeroDataRetention) excludedBy = "data_policy:zdr";
  else if (collection === "deny" && model.trains) excludedBy = "data_policy:training";
  else if ((only?.length && !names(only)) || (ignore && names(ignore))) excludedBy = "allowed_providers";
  if (!excludedBy) return undefined;

  const message = "No endpoints found matching your routing preferences";
  const error: ErrorSpecification = excludedBy.startsWith("data_policy")
    ? "privacy_restricted"
    : { name: "privacy_restricted", message };
  return { error, context: { model: model.id, provider: model.provider, excludedBy } };
}
