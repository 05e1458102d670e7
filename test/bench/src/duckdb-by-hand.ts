import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { notCalls } from "./report-in-loop.ts";

const columns = {
  id: "VARCHAR",
  event_type: "VARCHAR",
  status: "VARCHAR",
  timestamp: "TIMESTAMP",
  user_id: "VARCHAR",
  tenant_id: "VARCHAR",
  metadata: "STRUCT(feature VARCHAR)",
  model: "VARCHAR",
  provider: "VARCHAR",
  prompt_tokens: "BIGINT",
  completion_tokens: "BIGINT",
  total_tokens: "BIGINT",
  cached_tokens: "BIGINT",
  reasoning_tokens: "BIGINT",
  cost_usd: "DOUBLE",
  latency_ms: "DOUBLE",
  time_to_first_token_ms: "DOUBLE",
};

/** What one writes who knows DuckDB: only the columns that are asked for, with its own limits of memory and threads. */
function readJson(directory: string, names: readonly (keyof typeof columns)[]): string {
  const files = readdirSync(directory).filter((name) => /\.jsonl(\.gz)?$/.test(name));
  const list = files.map((name) => `'${join(directory, name)}'`).join(", ");
  const wanted = names.map((name) => `${name}: '${columns[name]}'`).join(", ");
  return `read_json([${list}], format = 'newline_delimited', records = true, columns = {${wanted}})`;
}

const readLake = (directory: string) => `read_parquet('${directory}/day=*/*.parquet')`;

const isLake = (directory: string) => readdirSync(directory).some((name) => name.startsWith("day="));

export async function filterByHand(place: string, user: string): Promise<number> {
  const read = isLake(place) ? readLake(place) : readJson(place, ["id", "user_id", "event_type"]);
  return one(
    [],
    `select count(distinct id) from ${read} where user_id = '${user}' and event_type <> 'call_started'`,
  );
}

/** What the node loop sums up, in one statement. */
export async function reportByHand(place: string): Promise<number> {
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const isOfLake = isLake(place);
  const read = isOfLake ? readLake(place) : readJson(place, names);
  const feature = isOfLake ? "feature" : "metadata.feature as feature";
  const others = [...notCalls].map((name) => `'${name}'`).join(", ");
  const calls = `create temp table calls as select * exclude (again) from (
      select ${names.filter((name) => name !== "metadata").join(", ")}, ${feature}, row_number() over (partition by id) as again
      from ${read} where not contains(event_type, '.') and event_type not in (${others})) where again = 1`;
  const groups = ["user_id", "model", "provider", "feature", "tenant_id", "event_type", "day", "hour"];
  const states = ["success", "error", "aborted", "unknown"];
  const measures = [
    "count(*)",
    ...states.map((state) => `count(*) filter (where status = '${state}')`),
    ...names.filter((name) => name.endsWith("_tokens") || name === "cost_usd").map((name) => `sum(${name})`),
    ...["latency_ms", "time_to_first_token_ms"].flatMap((name) => [
      `avg(${name})`,
      `max(${name})`,
      `quantile_disc(${name}, [0.5, 0.95, 0.99])`,
    ]),
  ].map((sql, index) => `${sql} as m${index}`);
  const grouped = `create temp table sums as select ${groups.join(", ")}, ${measures.join(", ")}
    from (select *, cast(timestamp as date) as day, hour(timestamp) as hour from calls)
    group by grouping sets (${groups.map((name) => `(${name})`).join(", ")}, ())`;
  return one([calls, grouped], "select count(*) from calls");
}

async function one(before: readonly string[], last: string): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("set preserve_insertion_order = false");
  for (const statement of before) await connection.run(statement);
  const [row] = (await connection.runAndReadAll(last)).getRows();
  connection.closeSync();
  instance.closeSync();
  return Number(row![0]);
}
