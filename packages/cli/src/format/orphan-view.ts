import type { AuditEntry, Orphan } from "@openrouter-audit/core";
import { many } from "./amounts.ts";
import { entryColumns, shown, wideEntryColumns } from "./entry-columns.ts";
import { csvHead, entryCsv } from "./entry-csv.ts";
import type { Column } from "./table.ts";
import type { View } from "./view.ts";
import { jsonLine } from "./visible.ts";

/** The start in the words of the call it announced. */
function announced({ start }: Orphan): AuditEntry {
  const type: unknown = start.detail?.event_type;
  return typeof type === "string" ? { ...start, event_type: type } : start;
}

function ofStart({ cell, brief, ...column }: Column<AuditEntry>): Column<Orphan> {
  return {
    ...column,
    cell: (orphan, colors) => cell(announced(orphan), colors),
    ...(brief && { brief: (orphan, colors) => brief(announced(orphan), colors) }),
  };
}

const state: Column<Orphan> = {
  title: "state",
  cell: (orphan, { red, yellow }) => (orphan.state === "orphaned" ? red : yellow)(orphan.state),
};

/** Which process made the call: what to look for when it runs no more. */
const instance: Column<Orphan> = {
  title: "process",
  cell: ({ start }) => shown(start.service?.instance),
  atLeast: 8,
  dispensable: true,
};

// What an end would tell is not known of any of them.
const ofEnd = new Set([
  "status",
  "tokens",
  "cost",
  "latency",
  "error",
  "message",
  "provider",
  "finish",
  "generation",
]);

function columnsOf(columns: readonly Column<AuditEntry>[]): Column<Orphan>[] {
  const [time, ...others] = columns.filter(({ title }) => !ofEnd.has(title)).map(ofStart);
  return [time!, state, ...others, instance];
}

/** That there are no orphans says nothing where there are no starts. */
const noStarts =
  'This journal has no starts: which calls have no end only a log with `guarantee: "write_ahead"` can tell.';

/** @param starts how many starts were seen, with an end or without */
export function orphanView(starts: () => number): View<Orphan> {
  return {
    columns: columnsOf(entryColumns),
    wideColumns: columnsOf(wideEntryColumns),
    csvHead: `state,${csvHead}`,
    csv: ({ state, start }) => `${state},${entryCsv(start)}`,
    json: ({ state, start }) => jsonLine({ ...start, state }),
    counted: ["call without an end", "calls without an end"],
    nothing: () =>
      starts() === 0
        ? noStarts
        : `No calls without an end match; the journal has ${many(starts(), "start")}.`,
  };
}
