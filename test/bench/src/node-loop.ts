import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

interface Read {
  readonly id: string;
  readonly event_type: string;
  readonly status: string;
  readonly user_id: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly total_tokens: number | null;
  readonly cost_usd: number | null;
  readonly latency_ms: number | null;
}

/** What one writes without much thought: each line of each file parsed. */
async function* entriesIn(directory: string): AsyncGenerator<Read> {
  for (const name of readdirSync(directory).sort()) {
    if (!/\.jsonl(\.gz)?$/.test(name)) continue;
    const file = createReadStream(join(directory, name), { highWaterMark: 1 << 20 });
    const input = name.endsWith(".gz") ? file.pipe(createGunzip({ chunkSize: 1 << 20 })) : file;
    for await (const line of createInterface({ input })) yield JSON.parse(line);
  }
}

export async function filterInLoop(directory: string, user: string): Promise<number> {
  const found = new Set<string>();
  for await (const { id, user_id, event_type } of entriesIn(directory))
    if (user_id === user && event_type !== "call_started") found.add(id);
  return found.size;
}

interface Group {
  calls: number;
  errors: number;
  tokens: number;
  cost: number;
  readonly latencies: number[];
}

/** Calls, errors, tokens, costs and percentiles by user, model and provider: a fraction of what the report has. */
export async function reportInLoop(directory: string): Promise<number> {
  const seen = new Set<string>();
  const groups = new Map<string, Group>();
  let calls = 0;
  for await (const entry of entriesIn(directory)) {
    const { id, event_type, user_id, model, provider } = entry;
    if (event_type.includes(".") || notCalls.has(event_type) || seen.has(id)) continue;
    seen.add(id);
    calls += 1;
    for (const key of [`u ${user_id}`, `m ${model}`, `p ${provider}`]) add(groups, key, entry);
  }
  for (const { latencies } of groups.values()) latencies.sort((a, b) => a - b);
  return calls;
}

export const notCalls: ReadonlySet<string> = new Set([
  "call_started",
  "call_refused",
  "management",
  "catalogue",
]);

function add(groups: Map<string, Group>, key: string, entry: Read): void {
  const group = groups.get(key) ?? { calls: 0, errors: 0, tokens: 0, cost: 0, latencies: [] };
  groups.set(key, group);
  group.calls += 1;
  if (entry.status === "error") group.errors += 1;
  group.tokens += entry.total_tokens ?? 0;
  group.cost += entry.cost_usd ?? 0;
  if (entry.latency_ms !== null) group.latencies.push(entry.latency_ms);
}
