/** A column of the table: its type, and how it is made of an entry `e` (jsonb) and its `line`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** SQL; `s.` stands for the schema, where the functions are. */
  readonly from: string;
  readonly required?: true;
}

/** The longest text of an index is 2704 bytes: four for each character, and room for what stands beside it. */
const indexed = (member: string) => `left(e->>'${member}', 600)`;

const text = (name: string, from = `e->>'${name}'`): Column => ({ name, type: "text", from });
const count = (name: string): Column => ({ name, type: "bigint", from: `s.whole_number_of(e->'${name}')` });
const number = (name: string): Column => ({ name, type: "numeric", from: `s.number_of(e->'${name}')` });
const boolean = (name: string): Column => ({ name, type: "boolean", from: `s.boolean_of(e->'${name}')` });
const time = (name: string): Column => ({
  name,
  type: "timestamp with time zone",
  from: `s.time_of(e->>'${name}')`,
});

/**
 * The columns in their order. The names are those of the entry's members (docs/entry-format.md), but for
 * `attribution_how`, `service_name` and `feature`, which are `attribution.how`, `service.name` and `metadata.feature`.
 */
export const columns: readonly Column[] = [
  { name: "day", type: "date", from: "s.day_of(e)", required: true },
  { ...text("log"), required: true },
  { ...count("seq"), required: true },
  { ...text("id"), required: true },
  { ...time("recorded_at"), required: true },
  time("timestamp"),
  text("event_type"),
  text("status"),
  text("user_id", indexed("user_id")),
  text("attribution_how", "e#>>'{attribution,how}'"),
  text("tenant_id"),
  text("session_id"),
  text("exchange_id"),
  text("call_id"),
  count("turn"),
  count("attempt"),
  text("method"),
  text("endpoint"),
  boolean("stream"),
  text("model", indexed("model")),
  text("model_served"),
  text("provider"),
  text("generation_id", indexed("generation_id")),
  text("finish_reason"),
  boolean("refused"),
  count("prompt_tokens"),
  count("completion_tokens"),
  count("total_tokens"),
  count("cached_tokens"),
  count("cache_write_tokens"),
  count("reasoning_tokens"),
  number("cost_usd"),
  number("upstream_cost_usd"),
  boolean("is_byok"),
  number("latency_ms"),
  number("time_to_first_token_ms"),
  count("request_bytes"),
  count("response_bytes"),
  boolean("response_complete"),
  count("http_status"),
  text("error_code"),
  text("error_type"),
  text("prompt_hash"),
  text("response_hash"),
  text("service_name", "e#>>'{service,name}'"),
  text("feature", "e#>>'{metadata,feature}'"),
  { name: "entry", type: "jsonb", from: "e", required: true },
  { name: "line", type: "text", from: "line", required: true },
];

/** What is asked for, oldest first; each an index of the table and of every partition. */
export const indexes: readonly (readonly string[])[] = [
  ["recorded_at", "log", "seq"],
  ["user_id", "timestamp"],
  ["model", "timestamp"],
  ["timestamp"],
  ["generation_id"],
  ["id"],
];

/** The place of a line. */
export const primaryKey = ["day", "log", "seq"] as const;
