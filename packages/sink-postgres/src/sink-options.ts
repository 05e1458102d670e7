import { AuditError } from "@openrouter-audit/core";
import type { Pool } from "pg";
import type { TableOptions } from "./schema/names.ts";

/** A pool of `pg`, or what lends connections as it does. */
export type Connections = Pick<Pool, "connect">;

export interface PostgresSinkOptions extends TableOptions {
  /** Where the database is, `postgres://user:password@host/database`. The sink then has one connection, and closes it. */
  readonly connectionString?: string | undefined;
  /** A pool of yours, in place of `connectionString`; the sink takes one connection of it, and never closes it. */
  readonly pool?: Connections | undefined;
  /** @default "postgres" */
  readonly name?: string | undefined;
}

/** @throws AuditError `INVALID_OPTIONS`; the connection string is not part of the message, for it holds a password. */
export function checkSinkOptions({ name, ...options }: PostgresSinkOptions): void {
  checkConnection("postgresSink", options);
  if (name !== undefined && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    const rule = "must be lower-case letters, digits, . _ and -, at most 64 characters";
    throw invalid(`Option "name" is not right: ${rule}.`);
  }
}

type Connection = Pick<PostgresSinkOptions, "connectionString" | "pool">;

/** @throws AuditError `INVALID_OPTIONS` as {@link checkSinkOptions} does */
export function checkConnection(of: string, { connectionString, pool }: Connection): void {
  if ((connectionString === undefined) === (pool === undefined)) {
    throw invalid(`${of} needs a connectionString or a pool, and not both.`);
  }
  if (connectionString !== undefined && !isConnectionString(connectionString)) {
    const rule =
      "must be postgres://user:password@host:5432/database, what is special in the password percent-encoded";
    throw invalid(`Option "connectionString" is not right: ${rule}.`);
  }
  if (pool !== undefined && typeof pool?.connect !== "function") {
    throw invalid('Option "pool" is not right: must be a Pool of pg.');
  }
}

const invalid = (message: string) => new AuditError("INVALID_OPTIONS", message);

/**
 * Behind the host there is a path without an @, and parameters: where there is something else, the host is the user, and what follows
 * is a piece of a password that was not percent-encoded. It must not be connected to, nor shown as a place.
 */
const behindHost = /^postgres(?:ql)?:\/\/[^/?#]*(?:\/[^@?#]*)?(?:\?(?:[^=&@#]+=[^&#]*(?:&|$))*)?$/;

function isConnectionString(given: unknown): boolean {
  return typeof given === "string" && behindHost.test(given) && URL.canParse(given);
}
