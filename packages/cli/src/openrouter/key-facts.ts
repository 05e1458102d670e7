/** What OpenRouter tells of a key, as far as it matters here; null where it said nothing. */
export interface KeyFacts {
  /** Masked by OpenRouter, or a name given to the key. */
  readonly label: string | null;
  readonly limitUsd: number | null;
  readonly limitRemainingUsd: number | null;
  readonly limitReset: string | null;
  readonly usageUsd: number | null;
  readonly usageDailyUsd: number | null;
  readonly usageMonthlyUsd: number | null;
  readonly freeTier: boolean | null;
  readonly freeRequestsRemaining: number | null;
  readonly managementKey: boolean | null;
  readonly expiresAt: string | null;
}

/** Reads the answer of GET /key, or null when it is none. */
export function keyFactsOf(body: unknown): KeyFacts | null {
  const { data } = (body ?? {}) as { data?: unknown };
  if (typeof data !== "object" || data === null || Array.isArray(data)) return null;
  const said = data as Record<string, unknown>;
  const quota = (said.free_model_daily_requests ?? {}) as Record<string, unknown>;
  return {
    label: textOf(said.label),
    limitUsd: numberOf(said.limit),
    limitRemainingUsd: numberOf(said.limit_remaining),
    limitReset: textOf(said.limit_reset),
    usageUsd: numberOf(said.usage),
    usageDailyUsd: numberOf(said.usage_daily),
    usageMonthlyUsd: numberOf(said.usage_monthly),
    freeTier: flagOf(said.is_free_tier),
    freeRequestsRemaining: numberOf(quota.remaining),
    managementKey: flagOf(said.is_management_key ?? said.is_provisioning_key),
    expiresAt: textOf(said.expires_at),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, 200) : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function flagOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}
