import { randomUUID } from "node:crypto";
import type { Fields } from "../json-fields.ts";
import { textOf } from "../json-fields.ts";
import { complaintAboutText, pick, resourceEndpoints } from "../resource-endpoints.ts";

const settings = [
  "allowed_api_key_hashes",
  "allowed_models",
  "allowed_user_ids",
  "declared_zdr",
  "disabled",
  "is_byok_only",
  "is_fallback",
  "is_required",
  "name",
];
const masked = (key: string) => `${key.slice(0, 3)}...${key.slice(-3)}`;

/** Credentials of providers. They are told in the request, and only a mask of them is ever given back. */
export const byok = resourceEndpoints<Fields>({
  path: "/api/v1/byok",
  name: "BYOK key",
  pageSize: 50,
  all: ({ service }) => service.byokKeys,
  complaintAbout: (fields, isNew) =>
    complaintAboutText(fields, "provider", isNew) ?? complaintAboutText(fields, "key", isNew),
  create: (fields, { service }) => {
    const id = randomUUID();
    const item = {
      id,
      provider: fields.provider,
      label: masked(textOf(fields.key) ?? ""),
      sort_order: service.byokKeys.size,
      created_at: new Date(service.now()).toISOString(),
      workspace_id: textOf(fields.workspace_id) ?? null,
      allowed_api_key_hashes: null,
      allowed_models: null,
      allowed_user_ids: null,
      declared_zdr: null,
      disabled: false,
      is_byok_only: false,
      is_fallback: false,
      is_required: false,
      name: null,
      ...pick(fields, settings),
    };
    return { id, item };
  },
  change: (item, fields) => {
    const key = textOf(fields.key);
    return { ...item, ...pick(fields, settings), ...(key !== undefined && { label: masked(key) }) };
  },
  onTheWire: (item) => item,
});
