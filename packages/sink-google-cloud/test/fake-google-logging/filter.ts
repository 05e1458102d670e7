import type { LogEntry } from "./service.ts";

type Test = (entry: LogEntry) => boolean;

const severities = [
  "DEFAULT",
  "DEBUG",
  "INFO",
  "NOTICE",
  "WARNING",
  "ERROR",
  "CRITICAL",
  "ALERT",
  "EMERGENCY",
];

/**
 * The Logging query language as far as tests speak it: comparisons joined by AND, of `logName`, `insertId`, `trace`,
 * `severity`, `timestamp`, `labels.x`, `operation.id`, `split.uid` and `jsonPayload.x`.
 *
 * @throws Error for anything else
 */
export function filterOf(text: string): Test {
  const tests = text
    .replace(/[()]/g, "")
    .split(/\s+AND\s+/)
    .filter((part) => part.trim() !== "")
    .map(comparison);
  return (entry) => tests.every((test) => test(entry));
}

function comparison(text: string): Test {
  const [, field, operator, quoted, bare] =
    /^\s*([\w.]+)\s*(>=|<=|=|<|>)\s*(?:"([^"]*)"|([\w.-]+))\s*$/.exec(text) ?? [];
  if (!field) throw new Error(`Unparseable filter: ${text}`);
  const wanted = quoted ?? bare!;
  const order =
    field === "timestamp"
      ? (entry: LogEntry) => timeOf(entry) - Date.parse(wanted)
      : field === "severity"
        ? (entry: LogEntry) => Number(entry.severity ?? 0) - severities.indexOf(wanted) * 100
        : (entry: LogEntry) => (String(valueIn(entry, field)) === wanted ? 0 : Number.NaN);
  return (entry) => {
    const sign = order(entry);
    return operator === "="
      ? sign === 0
      : operator!.startsWith(">")
        ? sign > 0 || (sign === 0 && operator === ">=")
        : sign < 0 || (sign === 0 && operator === "<=");
  };
}

export function timeOf({ timestamp }: LogEntry): number {
  return Number(timestamp?.seconds ?? 0) * 1000 + Number(timestamp?.nanos ?? 0) / 1e6;
}

function valueIn(entry: LogEntry, field: string): unknown {
  const [first, ...path] = field.split(".");
  if (first !== "jsonPayload") return [first!, ...path].reduce<unknown>(memberOf, entry);
  let fields = entry.jsonPayload?.fields;
  let value: { [kind: string]: unknown } | undefined;
  for (const name of path) {
    value = fields?.[name] as typeof value;
    fields = (value?.structValue as { fields?: typeof fields } | undefined)?.fields;
  }
  return value?.stringValue ?? value?.numberValue ?? value?.boolValue;
}

const memberOf = (object: unknown, name: string) => (object as Record<string, unknown> | undefined)?.[name];
