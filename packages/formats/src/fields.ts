import type { AuditEntry } from "@openrouter-audit/core";

/** A table: what stands where in a document, by the path with dots, and what of the entry it is. Undefined is left out. */
export type Fields = Readonly<Record<string, (entry: AuditEntry) => unknown>>;

export interface Document {
  [name: string]: unknown;
}

/** Makes documents as a table says. The members have the order of the table. */
export function documentsOf(fields: Fields): (entry: AuditEntry) => Document {
  const rows = Object.entries(fields).map(([path, value]) => ({ names: path.split("."), value }));
  return (entry) => {
    const document: Document = {};
    for (const { names, value } of rows) {
      const found = value(entry);
      if (found !== undefined) put(document, names, found);
    }
    return document;
  };
}

function put(document: Document, names: readonly string[], value: unknown): void {
  let place = document;
  for (const name of names.slice(0, -1)) {
    place[name] ??= {};
    place = place[name] as Document;
  }
  place[names.at(-1)!] = value;
}
