import { breakdown, earliestFirst, grouped, mostFirst } from "./breakdown-oracle.ts";
import { countingRows, isCall, isIn, type OraclePeriod, type Written } from "./counted-rows.ts";
import { type Call, dollars, measuresOf, numbersOf, total } from "./measures-oracle.ts";

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

const text = (value: unknown) => (value == null ? null : String(value));

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
