import { UnusableError } from "../exit-code.ts";
import { loadPostgres, type PostgresPackage } from "./load-postgres.ts";
import { isStore } from "./open-store.ts";

/** The help text of every `[url]` of a database. */
export const urlArgument = "postgres://user@host/database (default: PGHOST, PGUSER, PGDATABASE and so on)";

/** What every command about the table can be told of it. */
export interface TableFlags {
  readonly schema?: string;
  readonly json?: boolean;
}

type Connection = Awaited<ReturnType<PostgresPackage["connectPostgres"]>>;

/** Lets something be done with a connection to a database. @throws UnusableError */
export async function withPostgres<T>(
  given: string | undefined,
  { schema }: TableFlags,
  work: (postgres: PostgresPackage, connection: Connection) => Promise<T>,
): Promise<T> {
  const url = given ?? "postgres://";
  if (!isStore(url))
    throw new UnusableError(
      `Name the database as a URL: postgres://user@host/database, without a password in it.${url === "" ? " It is empty: is the variable set?" : ""}`,
    );
  const postgres = await loadPostgres();
  const connection = await postgres.connectPostgres(url, { schema }).catch((cause: Error) => {
    if (given !== undefined) throw cause;
    throw new UnusableError(
      `No URL was given, so PGHOST, PGUSER, PGDATABASE and so on counted. ${cause.message}`,
      {
        cause,
      },
    );
  });
  try {
    return await work(postgres, connection);
  } finally {
    await connection.client.end();
  }
}
