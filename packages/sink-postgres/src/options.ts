import { checkOptions, nameOfSink, type OptionRules, objectWith } from "@openrouter-audit/core/sink";
import type { Pool } from "pg";
import { type TableOptions, tableRules } from "./schema/names.ts";

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

/** One of the two must be given. */
export const connectionRules: OptionRules<Pick<PostgresSinkOptions, "connectionString" | "pool">> = {
  connectionString: [
    isConnectionString,
    "postgres://user:password@host:5432/database, what is special in the password percent-encoded",
  ],
  pool: objectWith("connect", "a Pool of pg"),
};

/** @throws AuditError `INVALID_OPTIONS`; the connection string is not part of the message, for it holds a password. */
export function assertSinkOptions(options: PostgresSinkOptions): void {
  const rules = { ...connectionRules, ...tableRules, name: nameOfSink };
  checkOptions("postgresSink", options, rules, [["connectionString", "pool"]]);
}

/**
 * Behind the host there is a path without an @, and parameters: where there is something else, the host is the user, and what follows
 * is a piece of a password that was not percent-encoded. It must not be connected to, nor shown as a place.
 */
const behindHost = /^postgres(?:ql)?:\/\/[^/?#]*(?:\/[^@?#]*)?(?:\?(?:[^=&@#]+=[^&#]*(?:&|$))*)?$/;

function isConnectionString(given: unknown): boolean {
  return typeof given === "string" && behindHost.test(given) && URL.canParse(given);
}
