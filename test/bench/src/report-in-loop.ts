import { entriesIn, type ParsedEntry } from "./node-loop.ts";

export const notCalls: ReadonlySet<string> = new Set([
  "call_started",
  "call_refused",
  "management",
  "catalogue",
]);

const tokens = [
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "reasoning_tokens",
] as const;

/** What the calls are grouped by, as in a report. */
const keysOf = ({ timestamp, user_id, model, provider, metadata, tenant_id, event_type }: ParsedEntry) => [
  "all",
  `user ${user_id}`,
  `model ${model}`,
  `provider ${provider}`,
  `feature ${metadata?.feature}`,
  `tenant ${tenant_id}`,
  `type ${event_type}`,
  `day ${timestamp.slice(0, 10)}`,
  `hour ${timestamp.slice(11, 13)}`,
];

class Group {
  calls = 0;
  cost = 0;
  readonly states: Record<string, number> = {};
  readonly tokens = tokens.map(() => 0);
  readonly latencies: number[] = [];
  readonly firstTokens: number[] = [];

  add(entry: ParsedEntry): void {
    this.calls += 1;
    this.cost += entry.cost_usd ?? 0;
    this.states[entry.status] = (this.states[entry.status] ?? 0) + 1;
    for (const [index, name] of tokens.entries()) this.tokens[index]! += entry[name] ?? 0;
    if (entry.latency_ms !== null) this.latencies.push(entry.latency_ms);
    if (entry.time_to_first_token_ms !== null) this.firstTokens.push(entry.time_to_first_token_ms);
  }

  /** Average, percentiles and maximum. */
  percentiles(): readonly (readonly number[])[] {
    return [this.latencies, this.firstTokens].map((values) => {
      values.sort((a, b) => a - b);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [
        average,
        ...[0.5, 0.95, 0.99, 1].map((part) => values[Math.ceil(part * values.length) - 1] ?? 0),
      ];
    });
  }
}

/** The sums of a report by all that it groups calls by, each call once: a fraction of what a report has. */
export async function reportInLoop(directory: string): Promise<number> {
  const seen = new Set<string>();
  const groups = new Map<string, Group>();
  for await (const entry of entriesIn(directory)) {
    const { id, event_type } = entry;
    if (event_type.includes(".") || notCalls.has(event_type) || seen.has(id)) continue;
    seen.add(id);
    for (const key of keysOf(entry)) {
      const group = groups.get(key) ?? new Group();
      groups.set(key, group);
      group.add(entry);
    }
  }
  for (const group of groups.values()) group.percentiles();
  return groups.get("all")?.calls ?? 0;
}
