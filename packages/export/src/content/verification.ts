import { availableParallelism } from "node:os";
import { type JournalVerification, type VerifyJournalOptions, verifyJournal } from "@openrouter-audit/core";
import { cutAtTheEdges } from "./cut-logs.ts";
import { rangeOf } from "./days.ts";
import type { Excerpt } from "./excerpt.ts";
import { type LaterLine, seqsOf } from "./later-lines.ts";

/** Verifies the files of an excerpt: docs/export.md, "Verification". @param later how its logs go on behind it */
export async function verifyExcerpt(
  directory: string,
  excerpt: Excerpt,
  later: readonly Pick<LaterLine, "log" | "seq">[],
  options: VerifyJournalOptions & { readonly anchors?: string | null },
): Promise<JournalVerification> {
  const { days, left_out } = excerpt;
  const { since, until } = rangeOf(days);
  const found = await verifyJournal(directory, {
    workers: availableParallelism(),
    ...options,
    excerpt: { later: seqsOf(later) },
    ...(left_out.earlier_files > 0 && { since }),
    ...(left_out.later_files > 0 && { until }),
  });
  return cutAtTheEdges(found, excerpt, options.anchors ?? null);
}

/** The same without messages and places, which may quote what stands in lines. */
export function withoutWords({
  result,
  key,
  keySource,
  entries,
  requested,
  problems,
  notChecked,
}: JournalVerification) {
  const findings = problems.map(({ verdict, result: of, log, seq }) => ({ verdict, result: of, log, seq }));
  return { result, key, keySource, entries, requested, problems: findings, notChecked };
}

/** Paths as they are in a package, wherever that is. What a message quotes is left as it is. @param places folders that it is in */
export function inPackage(found: JournalVerification, places: readonly string[]): JournalVerification {
  const within = (path: string) => {
    const place = places.find((each) => path.startsWith(`${each}/`));
    return place === undefined ? path : path.slice(place.length + 1);
  };
  const { paths, anchor, anchors } = found;
  const placed = <Log extends { readonly directory: string }>(log: Log) => ({
    ...log,
    directory: within(log.directory),
  });
  return {
    ...found,
    paths: paths.map(within),
    anchor: anchor && placed(anchor),
    anchors: anchors.map(placed),
  };
}
