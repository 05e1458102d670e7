import { type AuditEntry, isSystemEvent } from "@openrouter-audit/core";
import { bytesInWords, count, dollars, duration, unknown } from "../format/amounts.ts";
import { shown } from "../format/entry-columns.ts";
import type { Facts } from "./fact-lines.ts";

/** Nobody has verified the entry: any member may be anything. */
type Loose = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const inside = (value: unknown): Loose => (isObject(value) ? value : {});
const text = (value: unknown): string | null => (value === null || value === undefined ? null : shown(value));
const joined = (parts: readonly (string | null | false)[], between = ", "): string | null =>
  parts.filter((part) => part !== null && part !== false && part !== "").join(between) || null;

/** The members of an object that say something: `zdr true, provider_order OpenAI + Azure`. */
function said(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value)) return shown(value);
  const members = Object.entries(value).filter(
    ([, member]) => member !== null && !(Array.isArray(member) && member.length === 0),
  );
  return joined(
    members.map(
      ([name, member]) => `${shown(name)} ${Array.isArray(member) ? listed(member) : shown(member)}`,
    ),
  );
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => (isObject(value) ? `(${said(value) ?? unknown})` : shown(value))).join(" + ");
}

export function whoFacts(entry: AuditEntry): Facts {
  const attribution = inside(entry.attribution);
  const request = inside(entry.request);
  const service = inside(entry.service);
  const how = joined(
    [
      text(attribution.how)?.replaceAll("_", " ") ?? null,
      attribution.source != null && `by ${shown(attribution.source)}`,
    ],
    " ",
  );
  return [
    ["user", joined([text(entry.user_id) ?? "nobody known", how && `(${how})`], " ")],
    [
      "claimed user",
      entry.claimed_user == null
        ? null
        : `${shown(entry.claimed_user)} (the caller wrote it; never believed)`,
    ],
    ["tenant", text(entry.tenant_id)],
    ["session", text(entry.session_id)],
    [
      "request",
      joined([
        joined([text(request.method), text(request.route)], " "),
        request.id != null && `id ${shown(request.id)}`,
      ]),
    ],
    ["from", joined([text(request.ip), text(request.user_agent)])],
    ["trace", text(request.trace_id)],
    ["service", joined([joined([text(service.name), text(service.version)], " "), text(service.instance)])],
  ];
}

export function whatFacts(entry: AuditEntry): Facts {
  const { model, model_served, tools, stream } = entry;
  const served = model_served != null && model_served !== model ? `answered by ${shown(model_served)}` : null;
  return [
    ["event", text(entry.event_type)],
    ["model", joined([text(model), served])],
    ["provider", text(entry.provider)],
    [
      "endpoint",
      joined([joined([text(entry.method), text(entry.endpoint)], " "), stream === true && "as a stream"]),
    ],
    ["parameters", said(entry.parameters)],
    ["policy", said(entry.policy)],
    ["tools", said(tools)],
    ["routing", said(entry.routing)],
    [
      "cache",
      joined([
        text(entry.cache_status),
        entry.cache_source_id != null && `stored answer of ${shown(entry.cache_source_id)}`,
      ]),
    ],
    ["tier", text(entry.service_tier)],
    ["detail", isSystemEvent(entry.event_type) ? said(entry.detail) : null],
  ];
}

export function whenFacts(entry: AuditEntry): Facts {
  const { timestamp, recorded_at, latency_ms, time_to_first_token_ms } = entry;
  const later = Date.parse(recorded_at) - Date.parse(timestamp);
  const after = Number.isFinite(later) && later >= 0 ? `${duration(later)} later` : null;
  return [
    ["began", text(timestamp)],
    ["recorded", joined([text(recorded_at), after && `(${after})`], " ")],
    [
      "took",
      latency_ms == null
        ? null
        : joined([
            duration(latency_ms),
            time_to_first_token_ms != null && `first token after ${duration(time_to_first_token_ms)}`,
          ]),
    ],
  ];
}

export function costFacts(entry: AuditEntry): Facts {
  if (isSystemEvent(entry.event_type)) return [];
  const { is_byok, upstream_cost_usd } = entry;
  const upstream = upstream_cost_usd == null ? null : `${exactDollars(upstream_cost_usd)} at the provider`;
  const more = [
    ["cached", entry.cached_tokens],
    ["written to the cache", entry.cache_write_tokens],
    ["reasoning", entry.reasoning_tokens],
  ] as const;
  return [
    ["cost", joined([exactDollars(entry.cost_usd), is_byok === true && "with a key of your own", upstream])],
    [
      "tokens",
      joined([
        `${count(entry.prompt_tokens)} → ${count(entry.completion_tokens)}`,
        entry.total_tokens != null && `${count(entry.total_tokens)} in all`,
        ...more.map(([name, value]) => typeof value === "number" && value > 0 && `${count(value)} ${name}`),
      ]),
    ],
    ["usage", said(entry.usage_details)],
    [
      "bytes",
      joined([
        typeof entry.request_bytes === "number" && `${bytesInWords(entry.request_bytes)} asked`,
        typeof entry.response_bytes === "number" && `${bytesInWords(entry.response_bytes)} answered`,
      ]),
    ],
  ];
}

/** What was learnt later of the cost. */
export function correctionFacts(correction: AuditEntry | null): Facts {
  if (correction === null) return [];
  const found = inside(inside(correction.detail).found);
  const tokens = [found.prompt_tokens, found.completion_tokens].map((value) =>
    typeof value === "number" ? count(value) : unknown,
  );
  return [
    [
      "learnt later",
      `${exactDollars(found.cost_usd)}, ${tokens.join(" → ")} tokens, from OpenRouter, recorded ${shown(correction.recorded_at)}`,
    ],
    ["correction", shown(correction.id)],
  ];
}

/** One amount has room for all of its digits. */
function exactDollars(amount: unknown): string {
  if (typeof amount !== "number") return `${unknown} (not told)`;
  const isSmall = amount !== 0 && Math.abs(amount) < 1e-6;
  return isSmall ? dollars(amount) : `$${amount}`;
}

export function outcomeFacts(entry: AuditEntry): Facts {
  const complete = entry.response_complete;
  const arrived =
    complete === true
      ? "the answer came to its end"
      : complete === false
        ? "the answer did not come to its end"
        : null;
  return [
    [
      "status",
      joined([text(entry.status), entry.http_status != null && `HTTP ${shown(entry.http_status)}`, arrived]),
    ],
    [
      "finish",
      joined(
        [
          text(entry.finish_reason),
          entry.native_finish_reason != null && `(${shown(entry.native_finish_reason)})`,
        ],
        " ",
      ),
    ],
    ["refused", entry.refused === true ? "the model refused" : null],
    ["error", joined([text(entry.error_type), text(entry.error_code)], " ")],
    ["message", text(entry.error_message)],
    ["unavailable", said(entry.unavailable)],
  ];
}

export function digestFacts({ prompt_hash, response_hash }: AuditEntry): Facts {
  return [
    ["prompt", text(prompt_hash)],
    ["response", text(response_hash)],
  ];
}

export function idFacts(entry: AuditEntry): Facts {
  const counted = joined([
    entry.turn != null && `turn ${shown(entry.turn)}`,
    entry.attempt != null && `attempt ${shown(entry.attempt)}`,
  ]);
  return [
    ["id", text(entry.id)],
    ["exchange", text(entry.exchange_id)],
    ["call", joined([text(entry.call_id), counted && `(${counted})`], " ")],
    ["generation", text(entry.generation_id)],
  ];
}

const mostMetadata = 64;

export function metadataFacts({ metadata }: AuditEntry): Facts {
  const members = Object.entries(inside(metadata));
  const rest = members.length - mostMetadata;
  return [
    ...members.slice(0, mostMetadata).map(([name, value]) => [shown(name), shown(value)] as const),
    ...(rest > 0 ? [["…", `and ${rest} more: --json`] as const] : []),
  ];
}
