import type { GenerationRecord } from "./generation-record.ts";
import type { KeptGeneration } from "./generation-store.ts";

interface ActivityRow {
  readonly date: string;
  readonly model: string;
  readonly model_permaslug: string;
  readonly endpoint_id: string;
  readonly provider_name: string;
  requests: number;
  prompt_tokens: number;
  completion_tokens: number;
  reasoning_tokens: number;
  usage: number;
  byok_usage_inference: number;
}

const dayMs = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/**
 * `GET /activity`: sums for each day, model and endpoint over the last 30 completed UTC days, or over one of them.
 *
 * @param apiKeyHash only calls with this key; null: with any
 */
export function activityRows(
  generations: Iterable<KeptGeneration>,
  nowMs: number,
  date: string | null,
  apiKeyHash: string | null = null,
): ActivityRow[] {
  const rows = new Map<string, ActivityRow>();
  const [first, today] = [dayOf(nowMs - 30 * dayMs), dayOf(nowMs)];
  for (const { record, ...kept } of generations) {
    const day = record.created_at.slice(0, 10);
    if (day >= today || day < first || (date && day !== date)) continue;
    if (apiKeyHash !== null && kept.apiKeyHash !== apiKeyHash) continue;

    const key = `${day} ${record.model} ${record.provider_name}`;
    const row = rows.get(key) ?? emptyRow(day, record);
    rows.set(key, row);
    row.requests += 1;
    row.prompt_tokens += record.native_tokens_prompt;
    row.completion_tokens += record.native_tokens_completion;
    row.reasoning_tokens += record.native_tokens_reasoning;
    row.usage = Number((row.usage + record.usage).toFixed(10));
    row.byok_usage_inference += record.upstream_inference_cost ?? 0;
  }
  return [...rows.values()];
}

function emptyRow(date: string, record: GenerationRecord): ActivityRow {
  return {
    date,
    model: record.model,
    model_permaslug: record.model,
    endpoint_id: `endpoint-${record.provider_name.toLowerCase()}`,
    provider_name: record.provider_name,
    requests: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    reasoning_tokens: 0,
    usage: 0,
    byok_usage_inference: 0,
  };
}
