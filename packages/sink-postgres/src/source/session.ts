import { AuditError } from "@openrouter-audit/core";
import { unlessAborted } from "@openrouter-audit/core/sink";
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from "pg";
import { borrowConnection, ignored } from "../borrow-connection.ts";
import { cancelQuery } from "../cancel-query.ts";
import { explanationOf } from "../explain.ts";
import type { Connections } from "../options.ts";
import type { TableNames } from "../schema/names.ts";

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
  /** When the server has been asked to stop what nobody waits for: a PgBouncer cancels for who is still there. */
  #cancelled: Promise<void> | null = null;

  private constructor(table: ReadTable, client: PoolClient, signal: AbortSignal | undefined) {
    this.#table = table;
    this.#client = client;
    this.#signal = signal;
    client.on("error", ignored);
  }

  /** @throws AuditError `JOURNAL_UNREADABLE`; the reason of the signal */
  static async open(table: ReadTable, signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted();
    try {
      return new Session(table, await borrowConnection(table.connections, signal), signal);
    } catch (cause) {
      throw signal?.aborted ? signal.reason : unreadable(table, cause);
    }
  }

  /** @throws AuditError `JOURNAL_UNREADABLE`; the reason of the signal, and the server stops what it does */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.run<Row>({ text, values: [...values] })).rows;
  }

  /** The same, with all that `pg` can be told and tells. */
  async run<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    const signal = this.#signal;
    if (signal?.aborted) {
      // It may be in a transaction, which nobody ends any more.
      this.#isBroken = true;
      throw signal.reason;
    }
    try {
      const answer = this.#client.query<Row>(query);
      return await (signal ? unlessAborted(answer, signal) : answer);
    } catch (cause) {
      // Whatever went wrong: a new connection is sure to work, or says better what does not.
      this.#isBroken = true;
      if (!signal?.aborted) throw unreadable(this.#table, cause);
      this.#cancelled = cancelQuery(this.#client);
      throw signal.reason;
    }
  }

  /** Gives the connection back. */
  end(): void {
    if (!this.#isBroken) this.#client.off("error", ignored);
    const release = () => this.#client.release(this.#isBroken);
    if (this.#cancelled) void this.#cancelled.then(release);
    else release();
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
