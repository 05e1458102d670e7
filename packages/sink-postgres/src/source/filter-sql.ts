import { identifierOf, isSystemEvent, type JournalFilter } from "@openrouter-audit/core";

/** The values of a statement. */
export class Values {
  readonly list: unknown[] = [];

  /** @returns how the value stands in the statement: `$1` and so on */
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/** What a column has of a text: so much of those that stand in an index, and U+FFFD for NUL, which jsonb cannot hold. */
const longestIndexed = 600;
const inColumn = (text: string) => text.replaceAll("\0", "\ufffd");
const inIndex = (text: string) => Array.from(inColumn(text)).slice(0, longestIndexed).join("");

/**
 * The conditions of a filter on the columns: nothing that the filter wants is left out. What it finds is still to be looked at,
 * for the columns are shorter than the lines, and nobody sealed them.
 */
export function conditionsOf(filter: JournalFilter, values: Values): string[] {
  const { model, status, eventType, since, until } = filter;
  const userId = identifierOf(filter.userId) ?? filter.userId;
  const system = filter.system === true || (eventType && isSystemEvent(eventType)) === true;
  return [
    !system && "(event_type not like 'audit.%' and event_type <> 'call_started')",
    userId !== undefined && `user_id = ${values.add(inIndex(userId))}`,
    model !== undefined && matching("model", model, values, inIndex),
    status !== undefined && `status = ${values.add(status)}`,
    eventType !== undefined && matching("event_type", eventType, values, inColumn),
    since !== undefined && `"timestamp" >= ${values.add(since.toISOString())}::timestamptz`,
    until !== undefined && `"timestamp" < ${values.add(until.toISOString())}::timestamptz`,
  ].filter((condition) => condition !== false);
}

function matching(column: string, pattern: string, values: Values, as: (text: string) => string): string {
  if (!pattern.endsWith("*")) return `${column} = ${values.add(as(pattern))}`;
  const beginning = as(pattern.slice(0, -1)).replace(/[\\%_]/g, "\\$&");
  return `${column} like ${values.add(`${beginning}%`)}`;
}
