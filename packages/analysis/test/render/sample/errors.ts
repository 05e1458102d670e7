import type { ErrorGroup } from "../../../src/report/report.ts";

/** Of so many calls in all. */
export function errors(calls: number): ErrorGroup[] {
  const group = (status: string, type: string | null, code: string | null, number: number, day: string) => ({
    status,
    error_type: type,
    error_code: code,
    calls: number,
    share: number / calls,
    last_seen: `2026-11-${day}T16:41:07.201Z`,
  });
  return [
    group("error", "provider_error", "502", 611, "17"),
    group("error", "rate_limited", "429", 402, "30"),
    group("aborted", "client_aborted", null, 388, "30"),
    group("unknown", null, null, 61, "29"),
  ];
}
