import type { Caller } from "./authenticate.ts";
import { accountId } from "./error-answer.ts";

/** `GET /key`: what a key may do and has spent, in US dollars. The key itself is masked. */
export function keyDetails({ key, kind }: Caller, spentUsd: number) {
  const isManagement = kind === "management";
  return {
    label: `${key.slice(0, 12)}...${key.slice(-3)}`,
    limit: null,
    limit_remaining: null,
    limit_reset: null,
    usage: spentUsd,
    usage_daily: spentUsd,
    usage_weekly: spentUsd,
    usage_monthly: spentUsd,
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    include_byok_in_limit: false,
    is_free_tier: false,
    is_management_key: isManagement,
    is_provisioning_key: isManagement,
    creator_user_id: accountId,
    organization_id: null,
    workspace_id: null,
    expires_at: null,
    allowed_data_regions: ["global"],
    free_model_daily_requests: { limit: 1000, remaining: 1000, used: 0 },
    rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
  };
}
