import type { Call } from "../endpoint.ts";
import { hashOfKey, type IssuedKey, issueKey, newKey } from "../issued-keys.ts";
import { booleanOf, type Fields, numberOf, textOf } from "../json-fields.ts";
import { complaintAboutText, resourceEndpoints } from "../resource-endpoints.ts";

/** Keys of the account. The key itself is told once, when it is created. */
export const keys = resourceEndpoints<IssuedKey>({
  path: "/api/v1/keys",
  name: "API key",
  pageSize: 100,
  all: ({ service }) => service.keys.issued.byHash,
  complaintAbout,
  create: (fields, { service }) => {
    const key = newKey();
    const hash = hashOfKey(key);
    return { id: hash, item: issueKey(key, fields, service.now()), once: { key } };
  },
  change,
  isHidden: ({ disabled }, { query }) => disabled && query.get("include_disabled") !== "true",
  onTheWire,
  deleted: (hash, { service }) => service.keys.issued.forget(hash),
});

function complaintAbout(fields: Fields, isNew: boolean): string | undefined {
  const { limit, limit_reset: reset } = fields;
  if (limit !== undefined && limit !== null && !(Number(limit) >= 0)) return "limit: expected an amount";
  if (reset !== undefined && reset !== null && !/^(daily|weekly|monthly)$/.test(String(reset)))
    return "limit_reset: expected daily, weekly or monthly";
  return complaintAboutText(fields, "name", isNew);
}

function change(key: IssuedKey, fields: Fields, { service }: Call): IssuedKey {
  return {
    ...key,
    name: textOf(fields.name) ?? key.name,
    disabled: booleanOf(fields.disabled) ?? key.disabled,
    limitUsd: fields.limit === undefined ? key.limitUsd : (numberOf(fields.limit) ?? null),
    limitReset: fields.limit_reset === undefined ? key.limitReset : (textOf(fields.limit_reset) ?? null),
    includesByok: booleanOf(fields.include_byok_in_limit) ?? key.includesByok,
    updatedAtMs: service.now(),
  };
}

function onTheWire(key: IssuedKey) {
  return {
    hash: key.hash,
    name: key.name,
    label: key.label,
    disabled: key.disabled,
    limit: key.limitUsd,
    // What a single key has spent is not followed.
    limit_remaining: key.limitUsd,
    limit_reset: key.limitReset,
    include_byok_in_limit: key.includesByok,
    usage: 0,
    usage_daily: 0,
    usage_weekly: 0,
    usage_monthly: 0,
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    created_at: new Date(key.createdAtMs).toISOString(),
    updated_at: key.updatedAtMs === null ? null : new Date(key.updatedAtMs).toISOString(),
    expires_at: key.expiresAt,
    creator_user_id: key.creator,
    external_user: key.externalUser,
    workspace_id: key.workspaceId,
  };
}
