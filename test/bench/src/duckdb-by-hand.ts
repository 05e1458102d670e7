import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { notCalls } from "./node-loop.ts";

const columns = {
  id: "VARCHAR",
  event_type: "VARCHAR",
  status: "VARCHAR",
  user_id: "VARCHAR",
  model: "VARCHAR",
  provider: "VARCHAR",
  total_tokens: "BIGINT",
  cost_usd: "DOUBLE",
  latency_ms: "DOUBLE",
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

export async function reportByHand(place: string): Promise<number> {
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const read = isLake(place) ? readLake(place) : readJson(place, names);
  const others = [...notCalls].map((name) => `'${name}'`).join(", ");
  const calls = `create temp table calls as select ${names.join(", ")} from ${read}
    where not contains(event_type, '.') and event_type not in (${others})`;
  const groups = ["user_id", "model", "provider"].map(
    (
      by,
    ) => `create temp table by_${by} as select ${by}, count(distinct id), count(*) filter (where status = 'error'),
      sum(total_tokens), sum(cost_usd), quantile_disc(latency_ms, [0.5, 0.95, 0.99]) from calls group by 1`,
  );
  return one([calls, ...groups], "select count(distinct id) from calls");
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
