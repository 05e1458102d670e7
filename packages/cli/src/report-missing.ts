import type { AuditEntry } from "@openrouter-audit/core";
import type { Output } from "./command-io.ts";
import { many, moment } from "./format/amounts.ts";
import { shown } from "./format/entry-columns.ts";

// One outage is one gap, or a few; the first ones tell the story.
const mostShown = 5;

/** Says which entries the log counts as lost in what was read: without them, sums over the others look whole. */
export function reportMissing(gaps: readonly AuditEntry[], stderr: Output): void {
  if (gaps.length === 0) return;
  const counts = gaps.map(({ detail }) => (Number.isSafeInteger(detail?.count) ? Number(detail!.count) : 0));
  const missing = counts.reduce((sum, count) => sum + Math.max(count, 0), 0);
  const verb = missing === 1 ? "is" : "are";
  const rest = gaps.length - mostShown;
  const lines = [
    `${many(missing, "entry", "entries")} ${verb} missing here, of any user and model: sums over the others are too small.`,
    ...gaps.slice(0, mostShown).map(gapLine),
    ...(rest > 0 ? [`  … and ${many(rest, "more gap")}: --type audit.gap lists all.`] : []),
  ];
  stderr.write(`${lines.join("\n")}\n`);
}

function gapLine({ detail, timestamp }: AuditEntry): string {
  const { count, reason, since, until } = detail ?? {};
  const time = (value: unknown) => shown(typeof value === "string" ? moment(value) : moment(timestamp));
  return `  ${shown(count)} ${shown(reason)}, ${time(since)} to ${time(until)} UTC`;
}
