import { migrate } from "@openrouter-audit/sink-postgres";
import { Client, Pool, type QueryResultRow } from "pg";
import { type PostgresPrograms, PostgresServer } from "../../../../test/support/postgres-server.ts";

/** A server with a migrated database, and the logins of those who have to do with it. */
export class World {
  readonly server: PostgresServer;
  readonly #owner: Pool;

  private constructor(server: PostgresServer) {
    this.server = server;
    this.#owner = new Pool({ connectionString: server.url(), max: 1, allowExitOnIdle: true });
    this.#owner.on("error", () => undefined);
  }

  static async start(programs?: PostgresPrograms): Promise<World> {
    const world = new World(await PostgresServer.start(programs));
    await world.asOwner((client) => migrate(client));
    for (const [user, role] of [
      ["app", "writer"],
      ["auditor", "reader"],
    ]) {
      const password = world.server.password;
      await world.sql(`create role ${user} login password '${password}' in role openrouter_audit_${role}`);
    }
    return world;
  }

  /** Where the application writes. */
  get writer(): string {
    return this.server.url({ user: "app" });
  }

  async sql<T extends QueryResultRow>(statement: string, values?: unknown[]): Promise<T[]> {
    return (await this.#owner.query<T>(statement, values)).rows;
  }

  async asOwner<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.as("postgres", work);
  }

  /** With a connection of somebody's own. */
  async as<T>(user: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.server.url({ user }) });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** What the table has of a log, or of all, as an auditor reads it. */
  async lines(log?: string): Promise<string[]> {
    const { rows } = await this.as("auditor", (client) =>
      client.query<{ line: string }>(
        "select line from openrouter_audit.entries where $1::text is null or log = $1 order by log, seq",
        [log],
      ),
    );
    return rows.map(({ line }) => line);
  }

  async stop(): Promise<void> {
    await this.#owner.end();
    await this.server.stop();
  }
}
