import { resolve } from "node:path";
import type { EntryFilter } from "@openrouter-audit/analysis";
import {
  type AuditEntry,
  type AuditSource,
  findOrphans,
  type Orphan,
  recordedRows,
} from "@openrouter-audit/core";
import type { Analysis } from "../analysis/load-analysis.ts";
import { orphanView } from "../format/orphan-view.ts";
import { reportSkipped } from "../report-skipped.ts";
import { isTable, type ShowFlags, show } from "../show-rows.ts";
import type { Terminal } from "../terminal.ts";

/** Shows the calls of a journal, or of a store, that began and have no end. */
export async function searchOrphans(
  place: string | AuditSource,
  filter: EntryFilter,
  analysis: Analysis,
  flags: ShowFlags,
  terminal: Terminal,
): Promise<void> {
  let [starts, skipped] = [0, 0];
  const options = {
    onStart: () => {
      starts += 1;
    },
    onSkipped: () => {
      skipped += 1;
    },
  };
  const view = orphanView(() => starts);
  // A start says what it is the beginning of, and is found by that.
  const matches = analysis.entryMatcher({ ...filter, system: true });
  const isWanted = ({ start }: Orphan) => matches({ ...start, event_type: announcedBy(start) });
  const reading = {
    doing: "orphans",
    source: typeof place === "string" ? resolve(place) : place.name,
    parameters: { ...filter, limit: flags.limit },
  };
  const found = () => only(findOrphans(place, options), isWanted);
  await show(recordedRows(terminal.readings, reading, found), view, flags, terminal);
  // A table has said so; that the others are empty would look like good news.
  if (starts === 0 && !isTable(flags)) terminal.stderr.write(`${view.nothing()}\n`);
  reportSkipped(skipped, terminal.stderr);
}

function announcedBy({ detail, event_type }: AuditEntry): string {
  const announced = detail?.event_type;
  return typeof announced === "string" ? announced : event_type;
}

async function* only<T>(all: AsyncIterable<T>, isWanted: (one: T) => boolean): AsyncGenerator<T> {
  for await (const one of all) if (isWanted(one)) yield one;
}
