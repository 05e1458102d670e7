import { byPlace, type Written } from "./counted-rows.ts";

/*
 * What docs/reports.md says of the numbers of a call, and of measures, computed the long way. Nothing of the product is used,
 * nothing is fast.
 */

/** A call, and what counts of it. */
export interface Call {
  readonly said: Written;
  readonly status: string;
  readonly prompt: number | null;
  readonly completion: number | null;
  readonly total: number | null;
  readonly tellsCost: boolean;
  /** Trillionths of a dollar. */
  readonly cost: bigint;
  readonly upstream: bigint;
}

export function numbersOf(calls: readonly Written[]): Call[] {
  const jobs = new Set<string>();
  return [...calls].sort(byPlace).map((said) => {
    const tellsCost = isCost(said.cost_usd);
    const isPollOfJob = isPoll(said) && said.generation_id != null;
    const counts = !isPollOfJob || (tellsCost && !jobs.has(said.generation_id));
    if (isPollOfJob && tellsCost) jobs.add(said.generation_id);
    const [fresh, read, written] = ["prompt_tokens", "cached_tokens", "cache_write_tokens"].map((name) =>
      tokens(said[name]),
    );
    const isMessage = said.event_type === "message" && [fresh, read, written].some((each) => each !== null);
    const prompt = isMessage ? (fresh ?? 0) + (read ?? 0) + (written ?? 0) : fresh!;
    const completion = tokens(said.completion_tokens);
    const sum = prompt === null || completion === null ? null : prompt + completion;
    return {
      said,
      status: ["success", "error", "aborted"].includes(said.status) ? said.status : "unknown",
      prompt,
      completion,
      total: tokens(said.total_tokens) ?? sum,
      tellsCost,
      cost: counts && tellsCost ? trillionths(said.cost_usd) : 0n,
      upstream:
        counts && said.is_byok === true && isCost(said.upstream_cost_usd)
          ? trillionths(said.upstream_cost_usd)
          : 0n,
    };
  });
}

const isPoll = ({ event_type }: Written) => event_type === "video_status" || event_type === "batch_status";
const withoutCost = [
  "file",
  "file_upload",
  "file_content",
  "video",
  "video_status",
  "video_content",
  "batch",
  "batch_status",
];
const isNumber = (value: unknown, limit: number): value is number =>
  typeof value === "number" && (value === 0 || value >= 1e-300) && value < limit;
const isCost = (value: unknown) => isNumber(value, 1e6);
const trillionths = (dollars: number) => BigInt(Math.floor(dollars * 1e12 + 0.5));
const tokens = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e12 ? (value as number) : null;
export const total = (values: readonly (number | null)[]) =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
export const dollars = (values: readonly bigint[]) =>
  Number(values.reduce((sum, value) => sum + value, 0n)) / 1e12;

export function measuresOf(calls: readonly Call[]): object {
  const count = (status: string) => calls.filter((call) => call.status === status).length;
  return {
    calls: calls.length,
    success: count("success"),
    error: count("error"),
    aborted: count("aborted"),
    unknown: count("unknown"),
    success_rate: calls.length === 0 ? null : count("success") / calls.length,
    prompt_tokens: total(calls.map(({ prompt }) => prompt)),
    completion_tokens: total(calls.map(({ completion }) => completion)),
    total_tokens: total(calls.map((call) => call.total)),
    cached_tokens: total(calls.map(({ said }) => tokens(said.cached_tokens))),
    reasoning_tokens: total(calls.map(({ said }) => tokens(said.reasoning_tokens))),
    cost_usd: dollars(calls.map(({ cost }) => cost)),
    calls_without_cost: calls.filter(
      ({ said, status, tellsCost }) =>
        status !== "error" && !tellsCost && !withoutCost.includes(said.event_type),
    ).length,
    byok_upstream_cost_usd: dollars(calls.map(({ upstream }) => upstream)),
    latency_ms: distribution(calls.map(({ said }) => said.latency_ms)),
    time_to_first_token_ms: distribution(calls.map(({ said }) => said.time_to_first_token_ms)),
  };
}

function distribution(told: readonly unknown[]): object | null {
  const values = told.filter((value): value is number => isNumber(value, 1e12)).sort((a, b) => a - b);
  if (values.length === 0) return null;
  const rank = (percent: number) => values[Math.ceil((values.length * percent) / 100) - 1]! + 0;
  return {
    count: values.length,
    average: total(values.map((value) => Math.floor(value * 1000 + 0.5))) / values.length / 1000,
    p50: rank(50),
    p95: rank(95),
    p99: rank(99),
    max: rank(100),
  };
}
