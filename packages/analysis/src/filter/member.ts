import { AuditError } from "@openrouter-audit/core";
import { type ColumnType, columnOf, entryColumns } from "../entries/columns.ts";

/** A member that a condition is on. */
export interface Member {
  /** As it was named. */
  readonly name: string;
  /** Where it stands in an entry, from the outside in. */
  readonly path: readonly string[];
  /** The column that holds it; null when none does. */
  readonly column: string | null;
  /** What the column holds; of a member without one, whatever stands there. */
  readonly type: ColumnType | "any";
}

/** Members of an entry of which columns hold nothing, or only a part. See docs/entry-format.md. */
const membersBesides = [
  "schema_version",
  "parameters",
  "policy",
  "routing",
  "tools",
  "usage_details",
  "unavailable",
  "metadata",
  "detail",
  "attribution",
  "request",
  "service",
  "chain_hash",
  "signature",
];

const nameOfPath = (path: readonly string[]) => JSON.stringify(path);
const columnsByPath = new Map(entryColumns.map((column) => [nameOfPath(column.path), column]));
const firstNames = new Set([...entryColumns.map(({ path }) => path[0]!), ...membersBesides]);

/**
 * The member of a name: that of a column, or a path (`metadata.ticket`), in which a name that has a dot stands in quotes
 * (`metadata."a.b"`).
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function memberOf(name: string): Member {
  const path = columnOf(name)?.path ?? pathOf(name);
  if (path === null)
    throw new AuditError(
      "INVALID_OPTIONS",
      `${JSON.stringify(name)} names no member: write a column (user_id), or a path with dots in it (metadata.ticket, metadata."a.b").`,
    );
  const column = columnOf(name) ?? columnsByPath.get(nameOfPath(path));
  if (column) return { name, path: column.path, column: column.name, type: column.type };
  if (!firstNames.has(path[0]!)) throw new AuditError("INVALID_OPTIONS", unknownMember(name, path[0]!));
  return { name, path, column: null, type: "any" };
}

/** What a member of that name holds: the type of its column, or `any`. @throws AuditError `INVALID_OPTIONS` */
export function memberType(name: string): Member["type"] {
  return memberOf(name).type;
}

const step = /(?:"([^"]+)"|([^."]+))(?:\.(?=.)|$)/gy;

function pathOf(name: string): string[] | null {
  const path: string[] = [];
  let end = 0;
  for (const { 0: text, 1: quoted, 2: bare, index } of name.matchAll(step)) {
    path.push(quoted ?? bare!);
    end = index + text.length;
  }
  return path.length > 0 && end === name.length ? path : null;
}

function unknownMember(name: string, first: string): string {
  const near = [...new Set([...entryColumns.map((column) => column.name), ...firstNames])].filter((known) =>
    isNear(first, known),
  );
  const meant = near.length > 0 ? ` Did you mean ${near.slice(0, 3).join(" or ")}?` : "";
  return `An entry has no member ${JSON.stringify(name)}.${meant} Its members: docs/entry-format.md; what an application added is below metadata: metadata.${first}.`;
}

/** Whether one begins like the other, ends like it, or has the same letters. */
function isNear(given: string, known: string): boolean {
  const letters = (text: string) => [...text.toLowerCase().replace(/[^a-z]/g, "")].sort().join("");
  return (
    given.length > 2 && (known.includes(given) || given.includes(known) || letters(given) === letters(known))
  );
}
