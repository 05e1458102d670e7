import { AuditError } from "@openrouter-audit/core";

/** A statement that reads, taken apart. */
export interface ReadingStatement {
  /** As it was given, without what ends it. */
  readonly text: string;
  /** What it begins with, in lower case. */
  readonly verb: string;
  /** `explain (…)`, as it stands before the rest; empty when it is none. */
  readonly explain: string;
  /** Where, in `text`, what is to be explained or answered begins. */
  readonly bodyAt: number;
  /** Where the first of its common tables begins, behind WITH; null when it has none. */
  readonly withAt: number | null;
}

const comment = String.raw`(?:\s+|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`;
const verbs = [
  "select",
  "with",
  "values",
  "table",
  "from",
  "explain",
  "describe",
  "desc",
  "show",
  "summarize",
];

/** @throws AuditError `INVALID_OPTIONS` when it is empty, or does something else than read */
export function readStatement(given: string): ReadingStatement {
  const text = given.replace(/(?:;|\s|--[^\n]*$)+$/, "");
  const start = endOf(text, 0, comment);
  if (start >= text.length) throw new AuditError("INVALID_OPTIONS", "The statement is empty.");
  const explained = /^explain\b(?:\s+analyze\b(?:\s+verbose\b)?|\s+verbose\b|\s*\([^()]*\))?/i.exec(
    text.slice(start),
  );
  const explain = explained?.[0] ?? "";
  const bodyAt = endOf(text, start + explain.length, comment);
  const verb = wordAt(text, bodyAt);
  const inner = explain === "" ? verbs : verbs.filter((each) => each !== "explain");
  if (text[bodyAt] !== "(" && !inner.includes(verb)) throw refused();
  const withAt = verb === "with" ? endOf(text, bodyAt + 4, `${comment}(?:recursive\\b)?${comment}`) : null;
  return { text, verb: explain === "" ? verb : "explain", explain, bodyAt, withAt };
}

export function refused(): AuditError {
  return new AuditError(
    "INVALID_OPTIONS",
    "Only one statement is taken, and one that reads: SELECT, WITH … SELECT, VALUES, EXPLAIN, DESCRIBE.",
  );
}

/** Whether a name stands in it anywhere, or may: some functions take a statement, or the name of a view, as a text. */
export function mentions({ text }: ReadingStatement, name: string): boolean {
  return new RegExp(`\\b(?:${name}|query|query_table|json_execute_serialized_sql)\\b`, "i").test(text);
}

/** Whether it takes all columns without a `*`: `from entries`, `table entries`, `summarize entries`, `select columns(…)`. */
export function takesAllColumns({ text }: ReadingStatement): boolean {
  return !/\bselect\b/i.test(text) || /\b(?:table|summarize|columns)\b/i.test(text);
}

function wordAt(text: string, place: number): string {
  return /^[a-z]+/i.exec(text.slice(place))?.[0].toLowerCase() ?? "";
}

/** Where a pattern that begins at a place ends. */
function endOf(text: string, place: number, pattern: string): number {
  const matched = new RegExp(pattern, "iy");
  matched.lastIndex = place;
  return matched.test(text) ? matched.lastIndex : place;
}
