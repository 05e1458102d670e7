import { countAll } from "./count-sql.ts";
import type { CountedEntries, Window } from "./counted.ts";
import type { Completeness } from "./findings.ts";
import { findGaps } from "./gaps.ts";
import { mostListed } from "./most-listed.ts";
import { countOrphans, type OrphanTerms } from "./orphans.ts";

/** What is known to be missing from the period: docs/reports.md, "Completeness". */
export async function completeness(
  asked: CountedEntries,
  period: Window,
  { unreadable, ...terms }: OrphanTerms & { readonly unreadable: ReadonlyMap<string, number> },
): Promise<Completeness> {
  const [presumed] = await asked.ask<{ calls: number }>({
    text: `select ${countAll} as calls from ${asked.calls} as calls
      where is_presumed_end`,
  });
  const files = [...unreadable].map(([file, lines]) => ({ file, lines })).filter(({ lines }) => lines > 0);
  return {
    orphans: await countOrphans(asked, period, terms),
    presumed_ended: presumed!.calls,
    ...(await findGaps(asked, period)),
    repeated_entries: asked.repeated,
    unreadable_lines: files.reduce((sum, { lines }) => sum + lines, 0),
    unreadable: files.sort((a, b) => b.lines - a.lines || (a.file < b.file ? -1 : 1)).slice(0, mostListed),
  };
}
