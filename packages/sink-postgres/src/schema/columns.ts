import type { TableFunction, TableNames } from "./names.ts";

/** A column of the table, and how it is made of a line. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** The member of the entry that it is made of, and as what that is read; none for what is made of the line. */
  readonly member?: { readonly name: string; readonly as: "text" | "jsonb" };
  /** SQL, with `given` for what the function has of the line, and `its` for the members. */
  readonly from: (names: TableNames) => string;
  readonly required?: true;
}

const its = (name: string) => `its."${name}"`;

const text = (name: string): Column => ({
  name,
  type: "text",
  member: { name, as: "text" },
  from: () => its(name),
});

/** A key of an index has at most 2704 bytes: four for each character, and room for what stands beside it. */
const indexed = (name: string): Column => ({ ...text(name), from: () => `left(${its(name)}, 600)` });

const inside = (name: string, of: string, member: string): Column => ({
  name,
  type: "text",
  member: { name: of, as: "jsonb" },
  from: () => `${its(of)}->>'${member}'`,
});

const made = (type: string, by: TableFunction, as: "text" | "jsonb" = "jsonb") => {
  return (name: string): Column => ({
    name,
    type,
    member: { name, as },
    from: ({ functionOf }) => `${functionOf(by)}(${its(name)})`,
  });
};
const count = made("bigint", "whole_number_of");
const number = made("numeric", "number_of");
const boolean = made("boolean", "boolean_of");
const time = made("timestamp with time zone", "time_of", "text");

/**
 * The columns in their order. The names are those of the entry's members (docs/entry-format.md), but for
 * `attribution_how`, `service_name` and `feature`, which are `attribution.how`, `service.name` and `metadata.feature`.
 */
export const columns: readonly Column[] = [
  { name: "day", type: "date", from: () => "(given.recorded_at at time zone 'UTC')::date", required: true },
  { ...text("log"), required: true },
  { ...count("seq"), required: true },
  { ...text("id"), required: true },
  { name: "recorded_at", type: "timestamp with time zone", from: () => "given.recorded_at", required: true },
  time("timestamp"),
  text("event_type"),
  text("status"),
  indexed("user_id"),
  inside("attribution_how", "attribution", "how"),
  text("tenant_id"),
  text("session_id"),
  text("exchange_id"),
  text("call_id"),
  count("turn"),
  count("attempt"),
  text("method"),
  text("endpoint"),
  boolean("stream"),
  indexed("model"),
  text("model_served"),
  text("provider"),
  indexed("generation_id"),
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
  inside("service_name", "service", "name"),
  inside("feature", "metadata", "feature"),
  { name: "entry", type: "jsonb", from: () => "given.entry", required: true },
  { name: "line", type: "text", from: () => "given.line", required: true },
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
