import type { EntryTable } from "@openrouter-audit/analysis";
import { existingJournal, journalDirectory } from "../journal-directory.ts";
import { isFile } from "../journal-paths.ts";
import { storeIn } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import type { Analysis } from "./load-analysis.ts";

/** The help text of every `[place]`. */
export const placeArgument =
  "a journal directory (default: OPENROUTER_AUDIT_DIR, else ./audit_logs), a lake, or postgres://user@host/database";

/** Lets something be done with the entries of a place. @throws UnusableError */
export async function withEntries<T>(
  given: string | undefined,
  { schema }: { readonly schema?: string },
  analysis: Analysis,
  { env }: Pick<Terminal, "env">,
  work: (table: EntryTable) => Promise<T>,
): Promise<T> {
  const store = storeIn(given === undefined ? [] : [given], schema);
  const place = store ?? journalDirectory(given, env);
  // Whether there is a journal at all is what `existingJournal` knows best how to say.
  const explain = () => {
    if (store === null && !isFile(place) && !analysis.isLake(place)) existingJournal(given, env);
  };
  const table = await analysis.openEntries(place, { schema }).catch((cause: unknown) => {
    explain();
    throw cause;
  });
  try {
    if (table.kind === "journal") explain();
    return await work(table);
  } finally {
    await table.close();
  }
}
