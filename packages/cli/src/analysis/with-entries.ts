import type { EntryTable } from "@openrouter-audit/analysis";
import { existingJournal, journalDirectory } from "../journal-directory.ts";
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
  const table = await analysis.openEntries(store ?? journalDirectory(given, env), { schema });
  try {
    if (store === null) await explained(table, given, env);
    return await work(table);
  } finally {
    await table.close();
  }
}

/** Of a place with nothing in it: whether there is a journal at all is what `existingJournal` knows best how to say. */
async function explained(table: EntryTable, given: string | undefined, env: Terminal["env"]): Promise<void> {
  const days = await table.days().catch((cause: unknown) => {
    if (table.kind === "journal") existingJournal(given, env);
    throw cause;
  });
  if (days.length === 0 && table.kind === "journal") existingJournal(given, env);
}
