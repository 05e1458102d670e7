import type { Neighbour, Neighbours } from "@openrouter-audit/analysis";
import type { AuditEntry } from "@openrouter-audit/core";
import { duration } from "../format/amounts.ts";
import { entryColumns, shown } from "../format/entry-columns.ts";
import { type Column, fitColumns, tableLines } from "../format/table.ts";
import type { Terminal } from "../terminal.ts";

interface Row {
  readonly entry: AuditEntry;
  /** Null of the entry itself. */
  readonly relation: Neighbour["relation"] | null;
}

const relations = {
  exchange: "same exchange",
  call: "same call",
  request: "same request",
  trace: "same trace",
} as const;

/** The entry among its neighbours, in the order in which what they speak of began. */
export function neighbourLines(
  entry: AuditEntry,
  { entries, more }: Neighbours,
  { colors, width }: Terminal,
): string[] {
  if (entries.length === 0) return [];
  const rows: Row[] = [...entries];
  const later = entries.findIndex((one) => one.entry.timestamp > entry.timestamp);
  rows.splice(later < 0 ? rows.length : later, 0, { entry, relation: null });
  const lines = tableLines(fitColumns(columnsFor(entry), rows, { colors, width: width - 2 }), rows, colors);
  const rest = more ? ["  … and more: openrouter-audit query --where 'request_id=…' --system"] : [];
  return [colors.bold("Together with"), ...lines.map((line) => `  ${line}`), ...rest, ""];
}

function columnsFor(entry: AuditEntry): Column<Row>[] {
  const kept = new Map(entryColumns.map((column) => [column.title, column]));
  const ofEntry = (title: string): Column<Row> => {
    const { cell, brief, ...column } = kept.get(title)!;
    return {
      ...column,
      cell: (row, colors) => cell(row.entry, colors),
      ...(brief && { brief: (row, colors) => brief(row.entry, colors) }),
    };
  };
  return [
    { title: "began", cell: (row) => sinceOf(row, entry), align: "right" },
    {
      title: "",
      cell: ({ relation }, { bold }) => (relation === null ? bold("this one") : relations[relation]),
    },
    ofEntry("model"),
    ofEntry("status"),
    { ...ofEntry("cost"), dispensable: true },
    { ...ofEntry("error"), dispensable: true },
    { title: "id", cell: (row) => shown(row.entry.id), atLeast: 8, dispensable: true },
  ];
}

/** How long before or after the entry it began. */
function sinceOf({ entry, relation }: Row, other: AuditEntry): string {
  if (relation === null) return "0 ms";
  const difference = Date.parse(entry.timestamp) - Date.parse(other.timestamp);
  if (!Number.isFinite(difference)) return "—";
  return `${difference < 0 ? "-" : "+"}${duration(Math.abs(difference))}`;
}
