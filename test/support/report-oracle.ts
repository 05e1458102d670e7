import {
  byPlace,
  bytes,
  countingRows,
  isCall,
  isIn,
  type OraclePeriod,
  type Written,
} from "./counted-rows.ts";

/**
 * The sums of docs/reports.md, computed the long way: from all entries that are looked at, one after the other. Nothing of the
 * product is used, nothing is fast.
 */
export function sumsOf(lookedAt: readonly Written[], period: OraclePeriod): object {
  const rows = countingRows(lookedAt).filter(isIn(period));
  const calls = numbersOf(rows.filter(isCall));
  const by = (keyOf: (call: Call) => string | null, order: typeof mostFirst) =>
    breakdown(calls, keyOf, order);
  const member = (name: string) => (call: Call) => text(call.said[name]);
  const day = ({ said }: Call) => said.timestamp.slice(0, 10);
  const hour = ({ said }: Call) => said.timestamp.slice(11, 13);
  return {
    entries: entriesOf(rows),
    totals: measuresOf(calls),
    by_user: by(member("user_id"), mostFirst),
    by_model: by(member("model"), mostFirst),
    by_provider: by(member("provider"), mostFirst),
    by_feature: by(({ said }) => text(said.metadata?.feature), mostFirst),
    by_tenant: by(member("tenant_id"), mostFirst),
    by_event_type: by(member("event_type"), mostFirst),
    by_day: by(day, earliestFirst),
    by_hour: by(hour, earliestFirst),
    hours: hoursOf(calls),
    errors: errorsOf(calls),
    attribution: attributionOf(calls),
    refused: {
      by_application: grouped(
        rows.filter(({ event_type }) => event_type === "call_refused"),
        ({ error_type }) => [text(error_type)],
      ).map(([[error_type], its]) => ({ error_type, calls: its.length })),
      by_model: calls.filter(({ said }) => said.refused === true).length,
    },
    streams: streamsOf(calls),
  };
}

/** A call, and what counts of it. */
interface Call {
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

function numbersOf(calls: readonly Written[]): Call[] {
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
const text = (value: unknown) => (value == null ? null : String(value));
const isNumber = (value: unknown, limit: number): value is number =>
  typeof value === "number" && (value === 0 || value >= 1e-300) && value < limit;
const isCost = (value: unknown) => isNumber(value, 1e6);
const trillionths = (dollars: number) => BigInt(Math.floor(dollars * 1e12 + 0.5));
const tokens = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e12 ? (value as number) : null;
const total = (values: readonly (number | null)[]) =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
const dollars = (values: readonly bigint[]) => Number(values.reduce((sum, value) => sum + value, 0n)) / 1e12;

function measuresOf(calls: readonly Call[]): object {
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

type Key = readonly (string | null)[];

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => Key): [Key, Item[]][] {
  const groups = new Map<string, [Key, Item[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(JSON.stringify(key)) ?? [key, []];
    group[1].push(item);
    groups.set(JSON.stringify(key), group);
  }
  return [...groups.values()].sort(mostFirst);
}

function mostFirst([a, its]: [Key, unknown[]], [b, others]: [Key, unknown[]]): number {
  if (its.length !== others.length) return others.length - its.length;
  const differing = a.findIndex((part, index) => part !== b[index]);
  const [one, other] = [a[differing] ?? null, b[differing] ?? null];
  return one === null || other === null ? Number(one === null) - Number(other === null) : bytes(one, other);
}

function earliestFirst([[a]]: [Key, unknown[]], [[b]]: [Key, unknown[]]): number {
  return bytes(a!, b!);
}

function breakdown(
  calls: readonly Call[],
  keyOf: (call: Call) => string | null,
  order: typeof mostFirst,
): object {
  const groups = grouped(calls, (call) => [keyOf(call)]).sort(order);
  const [listed, others] = order === mostFirst ? [groups.slice(0, 1000), groups.slice(1000)] : [groups, []];
  return {
    groups: groups.length,
    rows: listed.map(([[key], its]) => ({ key, ...measuresOf(its) })),
    others:
      others.length === 0
        ? null
        : {
            groups: others.length,
            calls: total(others.map(([, its]) => its.length)),
            cost_usd: dollars(others.flatMap(([, its]) => its.map(({ cost }) => cost))),
          },
  };
}

function entriesOf(rows: readonly Written[]): object {
  const count = (holds: (type: string) => boolean) =>
    rows.filter(({ event_type }) => holds(event_type)).length;
  const isSystem = (type: string) => type === "call_started" || type.startsWith("audit.");
  return {
    calls: rows.filter(isCall).length,
    management: count((type) => type === "management"),
    catalogue: count((type) => type === "catalogue"),
    refused: count((type) => type === "call_refused"),
    application: count((type) => type.includes(".") && !isSystem(type)),
    system: count(isSystem),
  };
}

function hoursOf(calls: readonly Call[]): object[] {
  const hours = grouped(calls, ({ said }) => [`${said.timestamp.slice(0, 13)}:00:00.000Z`]).sort(
    earliestFirst,
  );
  return hours.slice(-2400).map(([[at], its]) => ({
    at,
    calls: its.length,
    success: its.filter(({ status }) => status === "success").length,
    error: its.filter(({ status }) => status === "error").length,
    total_tokens: total(its.map((call) => call.total)),
    cost_usd: dollars(its.map(({ cost }) => cost)),
  }));
}

function errorsOf(calls: readonly Call[]): object[] {
  const failed = calls.filter(({ status }) => status !== "success");
  return grouped(failed, ({ status, said }) => [status, text(said.error_type), text(said.error_code)])
    .slice(0, 1000)
    .map(([[status, error_type, error_code], its]) => ({
      status,
      error_type,
      error_code,
      calls: its.length,
      share: its.length / calls.length,
      last_seen: its
        .map(({ said }) => said.timestamp)
        .sort()
        .at(-1),
    }));
}

function attributionOf(calls: readonly Call[]): object {
  const counts: Record<string, number> = {
    authenticated: 0,
    anonymous: 0,
    no_context: 0,
    unresolved: 0,
    other: 0,
  };
  for (const { said } of calls) {
    const how = said.attribution?.how;
    counts[Object.hasOwn(counts, how) ? how : "other"]! += 1;
  }
  return counts;
}

function streamsOf(calls: readonly Call[]): object {
  const streams = calls.filter(({ said }) => said.stream === true);
  const aborted = streams.filter(({ status }) => status === "aborted");
  const cut = streams.filter(({ said, status }) => status !== "aborted" && said.response_complete === false);
  return {
    calls: streams.length,
    aborted: aborted.length,
    cut: cut.length,
    without_cost: [...aborted, ...cut].filter(({ tellsCost }) => !tellsCost).length,
  };
}
