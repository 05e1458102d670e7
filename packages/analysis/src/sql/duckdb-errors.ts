import { AuditError } from "@openrouter-audit/core";
import { exhausted } from "../duckdb/exhausted.ts";
import { wrongStatement } from "./wrong-statement.ts";

/** A statement that is asked of files. */
export interface AskedOfFiles {
  readonly text: string;
  readonly paths: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** `Binder Error: …`, with the line that it is about and a mark below it. */
const form =
  /^(?:Failed to extract statements: )?(\w+(?: \w+)*) Error: ([\s\S]*?)(?:\n\nLINE (\d+): ([^\n]*)\n( *)\^[\s\S]*)?$/;

/** Kinds of errors that are about what somebody wrote. */
const ofStatements = [
  "Parser",
  "Syntax",
  "Binder",
  "Catalog",
  "Conversion",
  "Invalid Input",
  "Invalid Type",
  "Mismatch Type",
  "Out of Range",
  "Not implemented",
  "Expression",
  "Executor",
];

/** Does something with a statement, and says of an error what the person can do about it. */
export async function inWords<T>(asked: AskedOfFiles, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    asked.signal?.throwIfAborted();
    throw error instanceof AuditError ? error : inWordsOf(asked, error);
  }
}

function inWordsOf({ text, paths }: AskedOfFiles, cause: unknown): unknown {
  const { message } = cause as Error;
  const [, kind = "", said = "", line, shown = "", indent = ""] = form.exec(message) ?? [];
  if (kind === "Permission" || /\bextension\b/i.test(said)) {
    const nothingElse =
      "Nothing but the views calls, entries and lines can be read: no file, no address, no extension";
    return wrongStatement(text, nothingElse, null, cause);
  }
  const tooMuch = exhausted(cause);
  if (tooMuch) return tooMuch;
  // What is shown of the statement may name a file too.
  const file = line === undefined && paths.find((path) => said.includes(path));
  if (file) {
    const [first = ""] = said.split("\n");
    return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${file}: ${first.replace(/\.$/, "")}.`, {
      cause,
    });
  }
  if (!ofStatements.includes(kind)) return cause;
  const column = indent.length - `LINE ${line}: `.length;
  const place = line === undefined ? null : placeIn(text, Number(line), shown, column);
  // Of what might fit there is a long list.
  const [words = ""] = said.split(/\n\tCandidate/);
  return wrongStatement(text, words.trim().replaceAll(/\s*\n\s*/g, " "), place, cause);
}

/** Where in a text a place is. Of a long line, a part is shown, with dots at its ends. */
function placeIn(text: string, line: number, shown: string, column: number): number | null {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const begin = lines[line - 1]?.indexOf(shown.replace(/^\.\.\./, "").replace(/\.\.\.$/, "")) ?? -1;
  if (begin < 0) return null;
  return before + begin + column - (shown.startsWith("...") ? "...".length : 0);
}
