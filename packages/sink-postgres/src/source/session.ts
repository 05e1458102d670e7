import { AuditError } from "@openrouter-audit/core";
import type { PoolClient, QueryResultRow } from "pg";
import { cancelQuery } from "../cancel-query.ts";
import { explanationOf } from "../explain.ts";
import type { TableNames } from "../schema/names.ts";
import type { Connections } from "../sink-options.ts";

/** A table that is read, and how to get at it. */
export interface ReadTable {
  readonly connections: Connections;
  readonly names: TableNames;
  /** Where it is, without anything secret. */
  readonly name: string;
}

/** A connection while something is read. One query at a time. */
export class Session {
  readonly #table: ReadTable;
  readonly #client: PoolClient;
  readonly #signal: AbortSignal | undefined;
  #isBroken = false;

  private constructor(table: ReadTable, client: PoolClient, signal: AbortSignal | undefined) {
    this.#table = table;
    this.#client = client;
    this.#signal = signal;
    client.on("error", ignored);
  }

  /** @throws AuditError `JOURNAL_UNREADABLE`; the reason of the signal */
  static async open(table: ReadTable, signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted();
    const client = await table.connections.connect().catch((cause: unknown) => {
      throw unreadable(table, cause);
    });
    return new Session(table, client, signal);
  }

  /** @throws AuditError `JOURNAL_UNREADABLE`; the reason of the signal, and the server stops what it does */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const signal = this.#signal;
    signal?.throwIfAborted();
    const cancel = () => cancelQuery(this.#client);
    signal?.addEventListener("abort", cancel);
    try {
      return (await this.#client.query<Row>(text, [...values])).rows;
    } catch (cause) {
      // Whatever went wrong: a new connection is sure to work, or says better what does not.
      this.#isBroken = true;
      throw signal?.aborted ? signal.reason : unreadable(this.#table, cause);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Gives the connection back. */
  end(): void {
    if (!this.#isBroken) this.#client.off("error", ignored);
    this.#client.release(this.#isBroken);
  }
}

/** One query, with a connection of its own. */
export async function queryOnce<Row extends QueryResultRow>(
  table: ReadTable,
  signal: AbortSignal | undefined,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const session = await Session.open(table, signal);
  try {
    return await session.query<Row>(text, values);
  } finally {
    session.end();
  }
}

function unreadable({ name, names }: ReadTable, cause: unknown): AuditError {
  const why = explanationOf(cause, names, "reader");
  return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${name}. ${why}.`, { cause });
}

function ignored(): void {
  // What it says is said by the query, too.
}
