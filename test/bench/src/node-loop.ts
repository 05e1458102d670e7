import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

export interface ParsedEntry {
  readonly id: string;
  readonly timestamp: string;
  readonly event_type: string;
  readonly status: string;
  readonly user_id: string | null;
  readonly tenant_id: string | null;
  readonly metadata: { readonly feature?: string } | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: number | null;
  readonly latency_ms: number | null;
  readonly time_to_first_token_ms: number | null;
}

/** What one writes without much thought: each line of each file parsed. */
export async function* entriesIn(directory: string): AsyncGenerator<ParsedEntry> {
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
