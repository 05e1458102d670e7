import { randomUUID } from "node:crypto";
import type { Fields } from "../json-fields.ts";
import { textOf } from "../json-fields.ts";
import { complaintAboutText, pick, resourceEndpoints } from "../resource-endpoints.ts";

const settings = [
  "allowed_data_regions",
  "allowed_models",
  "allowed_providers",
  "content_filter_builtins",
  "content_filters",
  "description",
  "enable_free_model_publication",
  "enable_free_model_training",
  "enable_paid_model_training",
  "enforce_zdr",
  "enforce_zdr_anthropic",
  "enforce_zdr_google",
  "enforce_zdr_openai",
  "enforce_zdr_other",
  "enforce_zdr_xai",
  "ignored_models",
  "ignored_providers",
  "include_byok_in_budgets",
  "limit_usd",
  "name",
  "reset_interval",
];

/** Guardrails as they are configured. The server keeps them and enforces none; a script can refuse with `guardrail`. */
export const guardrails = resourceEndpoints<Fields>({
  path: "/api/v1/guardrails",
  name: "Guardrail",
  pageSize: 50,
  all: ({ service }) => service.guardrails,
  complaintAbout: (fields, isNew) => complaintAboutText(fields, "name", isNew),
  create: (fields, { service }) => {
    const id = randomUUID();
    const item = {
      id,
      include_byok_in_budgets: false,
      ...pick(fields, settings),
      created_at: new Date(service.now()).toISOString(),
      updated_at: null,
      workspace_id: textOf(fields.workspace_id) ?? null,
    };
    return { id, item };
  },
  change: (item, fields, { service }) => ({
    ...item,
    ...pick(fields, settings),
    updated_at: new Date(service.now()).toISOString(),
  }),
  onTheWire: (item) => item,
});
