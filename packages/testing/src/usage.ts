import type { ScriptedUsage } from "./behaviour.ts";

/** The numbers behind an answer, before they are put into the wire's form. Money is in US dollars. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  readonly costUsd: number;
  readonly promptCostUsd: number;
  readonly completionCostUsd: number;
  readonly upstreamCostUsd: number | null;
  readonly isByok: boolean;
}

/** What a token costs, in US dollars, and a unit where something other than tokens is counted. */
export interface TokenPrices {
  readonly promptPriceUsd: number;
  readonly completionPriceUsd: number;
  /** @default 0 */
  readonly unitPriceUsd?: number;
}

interface Counted {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  /** @default 0 */
  readonly units?: number;
}

// Ten decimals keep the cheapest single token and drop the noise of floating point.
const money = (usd: number) => Number(usd.toFixed(10));

/** Nothing spent: what a cache hit reports. */
export const noUsage: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  cachedTokens: 0,
  costUsd: 0,
  promptCostUsd: 0,
  completionCostUsd: 0,
  upstreamCostUsd: 0,
  isByok: false,
};

/** Prices the counted tokens; scripted numbers win, and costs follow from scripted counts. */
export function computeUsage(counted: Counted, prices: TokenPrices, scripted: ScriptedUsage = {}): Usage {
  const promptTokens = scripted.promptTokens ?? counted.promptTokens;
  const completionTokens = scripted.completionTokens ?? counted.completionTokens;
  const promptCostUsd = money(promptTokens * prices.promptPriceUsd);
  const unitsCostUsd = (counted.units ?? 0) * (prices.unitPriceUsd ?? 0);
  const completionCostUsd = money(completionTokens * prices.completionPriceUsd + unitsCostUsd);
  const upstream = money(promptCostUsd + completionCostUsd);
  const isByok = scripted.isByok ?? false;
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: scripted.reasoningTokens ?? counted.reasoningTokens,
    cachedTokens: scripted.cachedTokens ?? 0,
    // With one's own provider key OpenRouter charges only its fee, which may be nothing.
    costUsd: scripted.costUsd ?? (isByok ? 0 : upstream),
    promptCostUsd,
    completionCostUsd,
    upstreamCostUsd: scripted.upstreamCostUsd === undefined ? upstream : scripted.upstreamCostUsd,
    isByok,
  };
}

/** The `usage` object of chat answers and of the last chunk of streams. */
export function usageOnTheWire(usage: Usage) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    cost: usage.costUsd,
    is_byok: usage.isByok,
    prompt_tokens_details: {
      cached_tokens: usage.cachedTokens,
      cache_write_tokens: 0,
      audio_tokens: 0,
      video_tokens: 0,
    },
    cost_details: {
      upstream_inference_cost: usage.upstreamCostUsd,
      upstream_inference_prompt_cost: usage.promptCostUsd,
      upstream_inference_completions_cost: usage.completionCostUsd,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, image_tokens: 0 },
  };
}
