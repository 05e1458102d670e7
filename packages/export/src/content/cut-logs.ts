import {
  dayOfFile,
  type JournalVerification,
  type LogVerification,
  type VerificationProblem,
} from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import type { Excerpt } from "./excerpt.ts";

/**
 * A log that is alive writes on every day. So one that neither begins with its first entry nor on the first day is one of which whole
 * days are not in the excerpt, although files of earlier days were left out, which would excuse that. How logs end is known. docs/export.md, "Verification".
 *
 * @param anchors the folder of the anchor log: what a tombstone there deleted is not missing
 */
export async function cutAtTheEdges(
  found: JournalVerification,
  { days, left_out }: Excerpt,
  anchors: string | null,
): Promise<JournalVerification> {
  const dayOf = (point: LogVerification["first"]) => (point ? dayOfFile(point.at.file) : null);
  const isLate = ({ first }: LogVerification) =>
    first !== null && first.seq > 0 && dayOf(first)! > days.first;
  const late = left_out.earlier_files > 0 ? found.logs.filter(isLate) : [];
  const deleted = late.length > 0 ? await deletedDays(anchors, found.trusted) : [];
  const problems = new Map<string, VerificationProblem[]>();
  const report = ({ log, first }: LogVerification) => {
    const { seq, at } = first!;
    const message = `the entries before ${seq} of the days from ${days.first} on are not here`;
    problems.set(log, [{ verdict: "PARTIAL", result: "incomplete", log, seq, at, message }]);
  };
  for (const log of late)
    if (!deleted.some((day) => day >= days.first && day < dayOf(log.first)!)) report(log);
  return problems.size === 0 ? found : withProblems(found, problems);
}

function withProblems(
  found: JournalVerification,
  problems: ReadonlyMap<string, readonly VerificationProblem[]>,
): JournalVerification {
  const worse = (result: JournalVerification["result"]) => (result === "tampered" ? result : "incomplete");
  const rank = ({ result }: VerificationProblem) => ["tampered", "incomplete", "intact"].indexOf(result);
  return {
    ...found,
    result: worse(found.result),
    logs: found.logs.map((log) => {
      const more = problems.get(log.log);
      return more ? { ...log, result: worse(log.result), problems: [...log.problems, ...more] } : log;
    }),
    problems: [...found.problems, ...[...problems.values()].flat()].sort((a, b) => rank(a) - rank(b)),
  };
}

/** The days of the files that tombstones of the anchor log name. */
async function deletedDays(anchors: string | null, trusted: readonly string[]): Promise<string[]> {
  if (anchors === null) return [];
  const { notes } = await anchoredHeads(
    anchors,
    trusted.map((vkey) => verifierOf(vkey)!),
  );
  const files = notes.flatMap(({ event_type, detail }) =>
    event_type === "audit.deleted" && Array.isArray(detail?.files) ? (detail.files as unknown[]) : [],
  );
  return files.flatMap((file) => dayOfFile(String((file as { file?: unknown } | null)?.file)) ?? []);
}
