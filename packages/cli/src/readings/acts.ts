import { UnusableError } from "../exit-code.ts";
import { publicKeyIn } from "../journal-directory.ts";
import { ownSource, rootKeyVariable, secretVariable } from "../keys/own-key.ts";
import type { Terminal } from "../terminal.ts";
import { Readings, readsVariable } from "./readings.ts";

export const unrecordedOption = [
  "--unrecorded",
  "record nowhere that this was done: for an auditor, who has a copy",
] as const;

/** The journal itself, to write into what is done with it, or found out about it. To be closed. */
export function journalItself(directory: string, io: Pick<Terminal, "env" | "stderr">): Readings {
  const name = publicKeyIn(directory)?.split("+", 1)[0];
  const because = `the journal itself; ${readsVariable} names another place, --unrecorded none`;
  return new Readings(directory, io, { name, because });
}

/**
 * Where it is written down what is done with a journal: where OPENROUTER_AUDIT_READS_DIR says; else in the journal itself, when its
 * key is at hand. To be closed. Null: nowhere, as whoever asked said.
 *
 * @param directory null where it is done with a store
 * @throws UnusableError when there is no such place, and nobody said that none is needed
 */
export function actsOf(
  directory: string | null,
  { unrecorded = false }: { readonly unrecorded?: boolean | undefined },
  { env, stderr, readings }: Pick<Terminal, "env" | "stderr" | "readings">,
): Readings | null {
  if (unrecorded) return null;
  if (readings !== null) return readings;
  if (directory === null)
    throw new UnusableError(
      `Nothing was done: it is to be written down who does this. Set ${readsVariable} to a journal for it, or say --unrecorded.`,
    );
  // Where none is at hand, a new secret would be made: that of no journal.
  if (ownSource(directory, env) !== null) return journalItself(directory, { env, stderr });
  throw new UnusableError(
    `Nothing was done: it is to be written down who does this, and the key of the journal in ${directory} is not at hand. Set ${secretVariable} or ` +
      `${rootKeyVariable}, or ${readsVariable} to a journal for this; or, with a copy of a journal, say --unrecorded.`,
  );
}
