import { AuditError } from "@openrouter-audit/core";

/** A line of the statement is shown so far around the place. */
const shownAround = 60;

/** That a statement is not right: what is wrong, and where. @param place in UTF-16 units from its beginning; null: nobody knows */
export function wrongStatement(text: string, said: string, place: number | null, cause: unknown): AuditError {
  const sentence = said.trim().replace(/[.!]?$/, ".");
  const where = place === null ? "" : `\n${pointer(text, Math.min(place, text.length))}`;
  return new AuditError("INVALID_OPTIONS", `The statement is not right: ${sentence}${where}`, { cause });
}

export function takesParameters(text: string, cause?: unknown): AuditError {
  return wrongStatement(text, "It has parameters ($1, ?), and none are taken", null, cause);
}

/** The line of the place, and a mark below it. */
function pointer(text: string, place: number): string {
  const before = text.slice(0, place);
  const number = before.split("\n").length;
  const from = before.lastIndexOf("\n") + 1;
  const line = text.slice(from).split("\n", 1)[0]!;
  const begin = Math.max(0, place - from - shownAround);
  const head = `line ${number}: ${begin > 0 ? "…" : ""}`;
  const shown = line.slice(begin, place - from + shownAround);
  const rest = place - from + shownAround < line.length ? "…" : "";
  return `${head}${shown}${rest}\n${" ".repeat(head.length + place - from - begin)}^`;
}
