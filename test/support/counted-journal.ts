import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { EntryTable } from "../../packages/analysis/src/entries/entry-table.ts";
import { openEntries } from "../../packages/analysis/src/entries/open-entries.ts";
import {
  type CountedEntries,
  comparedColumns,
  computedColumns,
  countEntries,
  countedColumns,
  isLookedAt,
  type Window,
} from "../../packages/analysis/src/report/counted.ts";
import { lastWrittenIn } from "../../packages/analysis/src/report/last-written.ts";
import type { OrphanTerms } from "../../packages/analysis/src/report/orphans.ts";
import { policyColumns } from "../../packages/analysis/src/report/policy.ts";
import type { Written } from "./counted-rows.ts";
import { temporaryDirectory } from "./journal.ts";
import { lineOf } from "./unsealed-line.ts";

const allPolicyColumns = policyColumns({ zdr: true, deny_data_collection: true });

export const fileOf = (entry: Written) => `audit_${entry.recorded_at.slice(0, 10)}.jsonl`;

/** A journal of these entries in the files of their days, each second day archived. */
export function journalOf(entries: readonly Written[], more: Readonly<Record<string, string>> = {}): string {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  const files = new Map<string, string>();
  for (const entry of entries)
    files.set(fileOf(entry), `${files.get(fileOf(entry)) ?? ""}${lineOf(entry)}\n`);
  for (const [file, text] of Object.entries(more)) files.set(file, (files.get(file) ?? "") + text);
  for (const [file, text] of files)
    if (Number(file.slice(14, 16)) % 2 === 0) writeFileSync(join(directory, `${file}.gz`), gzipSync(text));
    else writeFileSync(join(directory, file), text);
  return directory;
}

/** Asks something of the entries of a place, as a report does. */
export async function withCounted<T>(
  place: EntryTable | string,
  { time, period, before }: { time: Window; period: Window; before: Window | null },
  work: (
    asked: CountedEntries,
    told: {
      readonly unreadable: ReadonlyMap<string, number>;
      readonly lastWritten: OrphanTerms["lastWritten"];
    },
  ) => Promise<T>,
): Promise<T> {
  const table = typeof place === "string" ? await openEntries(place) : place;
  try {
    const fromDay = time.since?.toISOString().slice(0, 10) ?? "";
    const days = (await table.days()).filter((day) => day >= fromDay);
    const where = isLookedAt(time);
    const snapshot = await table.snapshot({
      days,
      columns: [...countedColumns, ...allPolicyColumns],
      compared: comparedColumns,
      computed: computedColumns,
      where,
    });
    try {
      const told = { unreadable: snapshot.unreadable, lastWritten: lastWrittenIn(table, undefined) };
      return await work(await countEntries(snapshot, { period, before }, allPolicyColumns), told);
    } finally {
      await snapshot.close();
    }
  } finally {
    if (typeof place === "string") await table.close();
  }
}
