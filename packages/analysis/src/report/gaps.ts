import { gapIn } from "@openrouter-audit/core";
import type { CountedEntries, Window } from "./counted.ts";
import type { Completeness, Gap } from "./findings.ts";
import { mostListed } from "./most-listed.ts";
import { objectIn } from "./orphans.ts";
import { secondsOf, timeOf } from "./times.ts";

/** Each `audit.gap` about a time in the period, whenever it was recorded. */
export async function findGaps(
  asked: CountedEntries,
  { since, until }: Window,
): Promise<Pick<Completeness, "gaps" | "other_gaps" | "lost_entries">> {
  const rows = await asked.ask<{ log: string; detail: string | null; at: number | null }>({
    text: `select log, detail, ${secondsOf('"timestamp"')} as at from ${asked.all} as entries
      where event_type = 'audit.gap' order by log collate "C", seq`,
  });
  const isOfPeriod = gapIn({ since: since ?? undefined, until: until ?? undefined });
  const found = rows.flatMap(({ log, detail: text, at }) => {
    const [detail, timestamp] = [objectIn(text), timeOf(at) ?? ""];
    const isGap = isOfPeriod({ event_type: "audit.gap", detail, timestamp } as never);
    return isGap ? [{ from: textIn(detail?.since) ?? timestamp, gap: gapOf(log, detail) }] : [];
  });
  const gaps = found.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)).map(({ gap }) => gap);
  return {
    gaps: gaps.slice(0, mostListed),
    other_gaps: Math.max(0, gaps.length - mostListed),
    lost_entries: gaps.reduce((sum, { count }) => sum + (count ?? 0), 0),
  };
}

function gapOf(log: string, detail: Readonly<Record<string, unknown>> | null): Gap {
  const { reason, count, since, until } = detail ?? {};
  const isCount = Number.isSafeInteger(count) && (count as number) >= 0;
  return {
    log,
    reason: textIn(reason),
    count: isCount ? (count as number) : null,
    since: textIn(since),
    until: textIn(until),
  };
}

function textIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
