import type { UnprovenEntry } from "@openrouter-audit/core/seal";
import { type Asked, queryOf, type SelectedFrom, selectionOf } from "../exported-package.ts";
import { jsonText } from "../json-text.ts";
import type { Excerpt } from "./excerpt.ts";
import type { FileDays } from "./file-days.ts";
import type { Population } from "./population.ts";

/** What of `population.json` is not counted. */
export interface PopulationFacts extends Asked {
  readonly since: Date;
  readonly until: Date;
  readonly now: Date;
  readonly tool: object;
  readonly leftOut: Excerpt["left_out"];
  readonly fileDays: FileDays;
  /** Of a selection. */
  readonly from: SelectedFrom;
  readonly unproven: readonly (Omit<UnprovenEntry, "reason"> & { readonly reason: string })[] | null;
}

/** `data/reports/population.json`: docs/export.md, "Reports". @param writtenAs the size and the hash of a file of `data/logs` */
export function populationText(
  { since, until, now, tool, leftOut, fileDays, from, unproven, ...asked }: PopulationFacts,
  { files, counts, logs, reconciliations }: Population,
  writtenAs: (file: string) => { readonly bytes: number; readonly sha256: string },
): string {
  return jsonText({
    population_version: 1,
    exported_at: now.toISOString(),
    tool,
    query: queryOf(asked, since, until),
    selection: selectionOf(asked, from),
    left_out: { earlier_files: leftOut.earlier_files, later_files: leftOut.later_files },
    days_without_files: fileDays.days_without_files,
    deleted_files: fileDays.deleted_files,
    is_over: fileDays.is_over,
    files: files.map(({ file, ...content }) => {
      const { bytes, sha256 } = writtenAs(file);
      return { file, bytes, sha256, ...content };
    }),
    counts,
    logs,
    reconciliations,
    ...(unproven !== null && {
      unproven: unproven.map(({ log, seq, reason }) => ({ log, seq, reason })),
    }),
  });
}
