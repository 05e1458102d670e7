import { AuditError } from "../audit-error.ts";
import type { AuditSource } from "../source.ts";
import { keyBeside } from "./journal-key.ts";
import {
  daysAsSources,
  foldersOf,
  holdsAnEntry,
  type JournalSources,
  journalSources,
} from "./journal-sources.ts";

/** A journal directory, or files of one, or a store that the lines were delivered to. */
export type Journal = string | readonly string[] | AuditSource;

/** A journal that is at hand, to be verified or to prove something from. */
export interface GivenJournal {
  readonly sources: JournalSources;
  /** As it was given. */
  readonly names: readonly string[];
  /** Where notes are that tie root keys to each other. */
  readonly noteFolders: readonly string[];
  /**
   * The root vkey that it keeps itself.
   *
   * @throws AuditError `JOURNAL_UNREADABLE` when it keeps none, or is no journal; `INVALID_OPTIONS` when what it kept could not be trusted
   */
  ownKey(): Promise<string>;
  close(): Promise<void>;
}

/** @throws AuditError `JOURNAL_UNREADABLE` */
export async function givenJournal(
  journal: Journal,
  rotations: string | readonly string[] = [],
): Promise<GivenJournal> {
  const noted = [rotations].flat();
  if (isSource(journal)) {
    const { name } = journal;
    const snapshot = await journal.snapshot();
    return {
      sources: daysAsSources(snapshot),
      names: [name],
      noteFolders: noted,
      ownKey: async () => {
        throw new AuditError("INVALID_OPTIONS", noOwnKey(name));
      },
      close: () => snapshot.close(),
    };
  }
  const paths = typeof journal === "string" ? [journal] : journal;
  const sources = await journalSources(paths);
  return {
    sources,
    names: paths,
    noteFolders: [...new Set([...foldersOf(sources), ...noted])],
    ownKey: () => ownKeyOf(paths, sources),
    close: async () => undefined,
  };
}

/** Who named a file that is no journal's is told that, and not that a key is missing beside it. */
async function ownKeyOf(paths: readonly string[], sources: JournalSources): Promise<string> {
  try {
    return keyBeside(paths[0] ?? ".");
  } catch (error) {
    if (sources.whole || (await holdsAnEntry(sources))) throw error;
    throw new AuditError("JOURNAL_UNREADABLE", noEntryIn(paths), { cause: error });
  }
}

function noEntryIn(paths: readonly string[]): string {
  return paths.length === 1
    ? `${paths[0]} is no file of a journal: no line of it is an entry.`
    : `None of ${paths.join(", ")} is a file of a journal: no line of them is an entry.`;
}

function isSource(journal: Journal): journal is AuditSource {
  return typeof journal === "object" && "snapshot" in journal;
}

function noOwnKey(name: string): string {
  return `Give the public key to check ${name} with. A store vouches for nothing: whoever can write to it could put another log there, and another key beside it.`;
}
