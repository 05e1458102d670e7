/**
 * What the journal keeps of one event: docs/entry-format.md defines every member. Times are RFC 3339 in UTC,
 * durations are milliseconds, money is US dollars; null means "not measured".
 */
export interface AuditEntry {
  readonly schema_version: 1;
  readonly id: string;
  readonly log: string;
  readonly seq: Integer;
  readonly timestamp: Timestamp;
  readonly recorded_at: Timestamp;
  readonly event_type: string;

  readonly user_id: string | null;
  readonly attribution: Attribution;
  readonly claimed_user: string | null;
  readonly tenant_id: string | null;
  readonly session_id: string | null;
  readonly request: RequestFacts | null;
  readonly service: ServiceFacts;

  readonly exchange_id: string | null;
  readonly call_id: string | null;
  readonly turn: Integer | null;
  readonly attempt: Integer | null;
  readonly method: string | null;
  readonly endpoint: string | null;
  readonly stream: boolean | null;
  readonly model: string | null;
  readonly model_served: string | null;
  readonly provider: string | null;
  readonly generation_id: string | null;
  readonly finish_reason: string | null;
  readonly native_finish_reason: string | null;
  readonly refused: boolean | null;
  readonly parameters: CallParameters | null;
  readonly policy: RoutingPolicy | null;
  readonly routing: Routing | null;
  readonly tools: ToolNames | null;
  readonly cache_status: string | null;
  readonly cache_source_id: string | null;
  readonly service_tier: string | null;

  readonly prompt_tokens: Integer | null;
  readonly completion_tokens: Integer | null;
  readonly total_tokens: Integer | null;
  readonly cached_tokens: Integer | null;
  readonly cache_write_tokens: Integer | null;
  readonly reasoning_tokens: Integer | null;
  readonly usage_details: UsageDetails | null;
  readonly cost_usd: number | null;
  readonly is_byok: boolean | null;
  readonly upstream_cost_usd: number | null;
  readonly latency_ms: number | null;
  readonly time_to_first_token_ms: number | null;
  readonly request_bytes: Integer | null;
  readonly response_bytes: Integer | null;

  readonly status: AuditStatus;
  readonly response_complete: boolean | null;
  readonly http_status: Integer | null;
  readonly error_code: number | string | null;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly unavailable: Unavailable | null;

  readonly prompt_hash: string | null;
  readonly response_hash: string | null;
  readonly metadata: JsonObject;
  /** What a system entry has to say, and a `call_started` of the entry that is to come; null in every other entry. */
  readonly detail: JsonObject | null;

  readonly chain_hash: string;
  readonly signature: string;
}

/**
 * A whole number.
 * @asType integer
 */
export type Integer = number;

/**
 * RFC 3339 in UTC with milliseconds: `2026-11-24T09:30:00.123Z`.
 * @format date-time
 */
export type Timestamp = string;

export type AuditStatus = "success" | "error" | "aborted" | "unknown";

export interface Attribution {
  readonly how: "authenticated" | "anonymous" | "no_context" | "unresolved" | "system";
  /** The claim, function or context that named the user. */
  readonly source: string | null;
}

/** The incoming request a call was made for. */
export interface RequestFacts {
  readonly id: string | null;
  readonly method: string | null;
  /** The route pattern (`/chat/:id`), or the path when the framework knows no pattern, with `{id}` for what looks like one. */
  readonly route: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** The trace id of a W3C `traceparent` header. */
  readonly trace_id: string | null;
}

/** The process that made a call. */
export interface ServiceFacts {
  readonly name: string;
  readonly version: string | null;
  /** `<host>/<pid>` */
  readonly instance: string;
}

export type CallParameters = { readonly [name: string]: string | number | boolean };

export interface RoutingPolicy {
  readonly zdr: boolean | null;
  readonly data_collection: string | null;
  readonly allow_fallbacks: boolean | null;
  readonly enforce_distillable_text: boolean | null;
  readonly require_parameters: boolean | null;
  readonly provider_order: readonly string[] | null;
  readonly provider_only: readonly string[] | null;
  readonly provider_ignore: readonly string[] | null;
  readonly quantizations: readonly string[] | null;
  readonly sort: string | null;
  readonly fallback_models: readonly string[] | null;
  readonly plugins: readonly string[] | null;
  /** Those that the request turned off. */
  readonly plugins_off: readonly string[] | null;
  readonly max_price: CallParameters | null;
  readonly preset: string | null;
}

/** How OpenRouter found a provider: `openrouter_metadata`, only there when it was asked for. */
export interface Routing {
  readonly requested: string | null;
  readonly strategy: string | null;
  readonly region: string | null;
  readonly attempt: Integer | null;
  readonly attempts: readonly RoutingAttempt[];
  /** How many endpoints could have served the call. */
  readonly available_total: Integer | null;
  readonly available: readonly AvailableEndpoint[];
  readonly pipeline: readonly PipelineStage[];
  readonly generation_ms: number | null;
}

/** One provider that was tried. */
export interface RoutingAttempt {
  readonly provider: string | null;
  readonly model: string | null;
  readonly status: Integer | null;
}

/** One endpoint that could have served the call. */
export interface AvailableEndpoint {
  readonly provider: string | null;
  readonly model: string | null;
  readonly selected: boolean | null;
}

/** What OpenRouter itself did with the call: a guardrail, a plugin, its compression of the context. */
export interface PipelineStage {
  readonly type: string | null;
  readonly name: string | null;
  readonly guardrail_id: string | null;
  readonly guardrail_scope: string | null;
  readonly cost_usd: number | null;
}

/** Why OpenRouter had no endpoint for a call, in its words. */
export interface Unavailable {
  /** `no_endpoints`, `privacy_restricted`, … */
  readonly code: string | null;
  /** The demand that ruled them out: `data_policy:zdr`, `max_price`, … */
  readonly excluded_by: string | null;
}

/** Counts and costs of an answer's usage that have no member of their own. */
export type UsageDetails = { readonly [name: string]: number };

export interface ToolNames {
  readonly offered: readonly string[];
  readonly called: readonly string[];
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [name: string]: JsonValue };

/** An entry before it has a place in a log, with room for that: an entry that has all its names in order is sealed faster. */
export type EntryDraft = Omit<AuditEntry, keyof Place | "chain_hash" | "signature"> & {
  readonly [Member in keyof Place]?: undefined;
};

type Place = Pick<AuditEntry, "log" | "seq" | "recorded_at">;
