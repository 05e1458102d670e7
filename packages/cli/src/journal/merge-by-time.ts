import type { AuditEntry } from "@openrouter-audit/core";

/** The entries of several files by the time they were recorded; those of one file stay in their order. */
export function mergeByTime(files: readonly (readonly AuditEntry[])[]): AuditEntry[] {
  const [first = [], ...others] = files.filter(({ length }) => length > 0);
  return others.reduce<readonly AuditEntry[]>(mergeTwo, first) as AuditEntry[];
}

function mergeTwo(one: readonly AuditEntry[], other: readonly AuditEntry[]): AuditEntry[] {
  const merged: AuditEntry[] = [];
  let [a, b] = [0, 0];
  while (a < one.length && b < other.length)
    merged.push(one[a]!.recorded_at <= other[b]!.recorded_at ? one[a++]! : other[b++]!);
  return [...merged, ...one.slice(a), ...other.slice(b)];
}
