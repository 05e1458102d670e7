import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Report, report, reportHtml } from "@openrouter-audit/analysis";
import type { JournalVerification } from "@openrouter-audit/core";
import type { Adding, BagWriter } from "../bag/bag-writer.ts";
import { jsonText } from "../json-text.ts";

export interface ReportTerms {
  readonly since: Date;
  readonly until: Date;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
}

/** The report over the lines of a package. @param verification null where single lines were taken: those show nothing of a log */
export async function addReport(
  bag: Adding,
  directory: string,
  { since, until, now, signal, onProgress }: ReportTerms,
  verification: JournalVerification | null,
): Promise<void> {
  const made = await report(directory, {
    period: { since, until },
    now,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const named: Report = {
    ...made,
    source: { ...made.source, name: "data/logs" },
    verification: verification && inReport(verification),
  };
  await bag.add("data/reports/report.json", jsonText(named));
  await bag.add("data/reports/report.html", await reportHtml(named));
}

/** So that lines that were selected are read as a journal is. */
export async function journalOfSelection(
  bag: Pick<BagWriter, "at">,
  directory: string,
  day: string,
): Promise<string> {
  await mkdir(directory, { mode: 0o700 });
  await copyFile(bag.at("data/logs/entries.jsonl"), join(directory, `audit_${day}.jsonl`));
  return directory;
}

function inReport(found: JournalVerification): Report["verification"] {
  return {
    result: found.result,
    reason: null,
    key: found.key,
    key_source: found.keySource,
    entries: found.entries,
    logs: found.logs.length,
    problems: found.problems.slice(0, 100).map(({ verdict, message }) => ({ code: verdict, message })),
    problem_count: found.problems.length,
    not_checked: found.notChecked,
    from_day: found.requested.since,
    to_day: found.requested.until,
  };
}
