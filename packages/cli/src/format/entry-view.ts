import type { AuditEntry } from "@openrouter-audit/core";
import { entryColumns, wideEntryColumns } from "./entry-columns.ts";
import { csvHead, entryCsv } from "./entry-csv.ts";
import { entryFormats } from "./entry-formats.ts";
import type { View } from "./view.ts";
import { jsonLine } from "./visible.ts";

export const entryView: View<AuditEntry> = {
  columns: entryColumns,
  wideColumns: wideEntryColumns,
  csvHead,
  csv: entryCsv,
  json: jsonLine,
  formats: entryFormats,
  counted: ["entry", "entries"],
  nothing: () => "No entries match.",
};
