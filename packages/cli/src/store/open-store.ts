import { statSync } from "node:fs";
import type { AuditSource } from "@openrouter-audit/core";
import { InvalidArgumentError } from "commander";
import { UnusableError } from "../exit-code.ts";
import { loadPostgres } from "./load-postgres.ts";

/** The help text of every `--schema`. */
export const schemaOption = [
  "--schema <name>",
  "the schema of the table, in Postgres (default: openrouter_audit)",
] as const;

/** The help text of every `--rotations`. */
export const rotationsOption = [
  "--rotations <dir>",
  "where notes are by which a root key took over from another, besides the journal",
  existingDirectory,
] as const;

function existingDirectory(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new InvalidArgumentError("There is no such directory.");
}

/** What every help text says about stores. */
export const aboutStores = `
A table that postgresSink fills is read as the files are: postgres://user@host/database. The password is taken from
PGPASSWORD or ~/.pgpass, as psql does; in the URL other users of this machine see it. It is never shown.`;

/**
 * Whether an argument names a store, and not files.
 *
 * @throws UnusableError for a URL of something else; it is not shown, for it may hold a password
 */
export function isStore(argument: string | undefined): argument is string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(argument ?? "")?.[1];
  if (scheme === undefined) return false;
  if (/^postgres(?:ql)?$/i.test(scheme)) return true;
  throw new UnusableError(
    `Entries cannot be read from ${scheme}://…: name files, or postgres://user@host/database.`,
  );
}

/** The store that the only argument names; null when they are files. @throws UnusableError */
export function storeIn(given: readonly string[], schema: string | undefined): string | null {
  const stores = given.filter(isStore);
  if (stores.length === 0 && schema !== undefined)
    throw new UnusableError(
      "--schema is about a table in Postgres: name one, postgres://user@host/database.",
    );
  if (stores.length > 0 && given.length > 1)
    throw new UnusableError("Name one store, or files: each claims to be whole.");
  return stores[0] ?? null;
}

/** Lets something be done with a store. @throws UnusableError */
export async function withStore<T>(
  url: string,
  schema: string | undefined,
  work: (source: AuditSource) => Promise<T>,
): Promise<T> {
  const { readPostgres } = await loadPostgres();
  const source = readPostgres({ connectionString: url, schema });
  try {
    return await work(source);
  } finally {
    await source.close?.();
  }
}

/** The key to check a store with. @throws UnusableError when none was given */
export function storeKey(key: string | undefined): string {
  if (key !== undefined) return key;
  throw new UnusableError(
    "Give the public key you were handed: --key KEY, or --key @file. A store vouches for nothing: whoever can write to it " +
      "could put another log there, and another key beside it.",
  );
}
