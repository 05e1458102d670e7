/** What a column holds. Times are UTC, to the millisecond, without a zone. */
export type ColumnType = "text" | "integer" | "number" | "boolean" | "time";

/** A column of the view `entries`: a member of the entry (docs/entry-format.md), under its own name where that is not taken. */
export interface EntryColumn {
  readonly name: string;
  /** Where the member stands in an entry, from the outside in. */
  readonly path: readonly string[];
  readonly type: ColumnType;
}

const as = (type: ColumnType) => (name: string) => ({ name, path: [name], type }) satisfies EntryColumn;
const text = as("text");
const integer = as("integer");
const number = as("number");
const boolean = as("boolean");
const time = as("time");
const within = (name: string, ...path: string[]): EntryColumn => ({ name, path, type: "text" });

/**
 * The columns of `entries`, in their order, the same wherever the entries are. Beside them stand `entry`, the whole entry as
 * JSON, and `line`, exactly as it was sealed. Those that the table in Postgres has are named as they are there.
 */
export const entryColumns: readonly EntryColumn[] = [
  text("id"),
  text("log"),
  integer("seq"),
  time("timestamp"),
  time("recorded_at"),
  text("event_type"),
  text("status"),
  text("user_id"),
  within("attribution_how", "attribution", "how"),
  within("attribution_source", "attribution", "source"),
  text("claimed_user"),
  text("tenant_id"),
  text("session_id"),
  within("request_id", "request", "id"),
  within("request_method", "request", "method"),
  within("route", "request", "route"),
  within("ip", "request", "ip"),
  within("user_agent", "request", "user_agent"),
  within("trace_id", "request", "trace_id"),
  within("service_name", "service", "name"),
  within("service_version", "service", "version"),
  within("service_instance", "service", "instance"),
  within("feature", "metadata", "feature"),
  text("exchange_id"),
  text("call_id"),
  integer("turn"),
  integer("attempt"),
  text("method"),
  text("endpoint"),
  boolean("stream"),
  text("model"),
  text("model_served"),
  text("provider"),
  text("generation_id"),
  text("finish_reason"),
  text("native_finish_reason"),
  boolean("refused"),
  { name: "zdr", path: ["policy", "zdr"], type: "boolean" },
  within("data_collection", "policy", "data_collection"),
  text("cache_status"),
  text("cache_source_id"),
  text("service_tier"),
  integer("prompt_tokens"),
  integer("completion_tokens"),
  integer("total_tokens"),
  integer("cached_tokens"),
  integer("cache_write_tokens"),
  integer("reasoning_tokens"),
  number("cost_usd"),
  number("upstream_cost_usd"),
  boolean("is_byok"),
  number("latency_ms"),
  number("time_to_first_token_ms"),
  integer("request_bytes"),
  integer("response_bytes"),
  boolean("response_complete"),
  integer("http_status"),
  text("error_code"),
  text("error_type"),
  text("error_message"),
  within("unavailable_code", "unavailable", "code"),
  within("excluded_by", "unavailable", "excluded_by"),
  text("prompt_hash"),
  text("response_hash"),
  // A member that is an object, as JSON: what the log says of itself.
  text("detail"),
];

const byName = new Map(entryColumns.map((column) => [column.name, column]));

/** The column of that name; undefined when there is none. */
export function columnOf(name: string): EntryColumn | undefined {
  return byName.get(name);
}
