import type { AuditEntry } from "@openrouter-audit/core";
import { toCef, toCloudEvents, toEcs, toOcsf } from "@openrouter-audit/formats";
import { jsonLine, visible } from "./visible.ts";

/** Formats of others, by the name that `--format` knows: an entry as one line. */
export const entryFormats: Readonly<Record<string, (entry: AuditEntry) => string>> = {
  ocsf: (entry) => jsonLine(toOcsf(entry)),
  cloudevents: (entry) => jsonLine(toCloudEvents(entry)),
  ecs: (entry) => jsonLine(toEcs(entry)),
  cef: (entry) => visible(toCef(entry)),
};
