import type { GenerationRecord } from "./generation-record.ts";

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

/** `GET /activity`: sums for each day, model and endpoint over the last 30 completed UTC days, or over one of them. */
export function activityRows(
  records: readonly GenerationRecord[],
  nowMs: number,
  date: string | null,
): ActivityRow[] {
  const rows = new Map<string, ActivityRow>();
  for (const record of records) {
    const day = record.created_at.slice(0, 10);
    if (day >= dayOf(nowMs) || day < dayOf(nowMs - 30 * dayMs) || (date && day !== date)) continue;

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
