import { AuditError } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { Client } from "pg";
import { explained } from "./explain.ts";
import { connectionRules } from "./options.ts";
import { placeOf } from "./place-of.ts";
import { namesOf, type TableOptions } from "./schema/names.ts";

/** A connection of its own, to be ended, for what is done once: {@link migrate}, {@link listDays}, {@link dropDays}. */
export interface PostgresConnection {
  readonly client: Client;
  /** Where it leads, without the password. */
  readonly place: string;
}

/**
 * Connects. What is not in the connection string is taken from PGHOST, PGPASSWORD and so on, as all clients of Postgres do.
 *
 * @throws AuditError `INVALID_OPTIONS`; `SINK_UNAVAILABLE` saying why there is no connection
 */
export async function connectPostgres(
  connectionString: string,
  options: TableOptions = {},
): Promise<PostgresConnection> {
  const { connectionString: rule } = connectionRules;
  checkOptions("connectPostgres", { connectionString }, { connectionString: rule }, ["connectionString"]);
  const names = namesOf(options);
  const place = placeOf(connectionString);
  try {
    // Reads the files that the connection string names.
    const client = new Client({
      application_name: "openrouter-audit",
      connectionString,
      connectionTimeoutMillis: 10_000,
    });
    // What breaks it is said by the query that it breaks.
    client.on("error", () => undefined);
    await client.connect();
    return { client, place };
  } catch (cause) {
    const why = explained(cause, names);
    throw new AuditError("SINK_UNAVAILABLE", `Cannot connect to ${place}. ${why.message}`, { cause });
  }
}
