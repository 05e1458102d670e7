import { Pool } from "pg";

/**
 * Connections of our own, at most so many; a new one may take ten seconds. The application ends when it has nothing else to do:
 * what is undelivered is in the journal.
 */
export function ownPool(connectionString: string, most: number): Pool {
  const pool = new Pool({
    application_name: "openrouter-audit",
    connectionString,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    max: most,
    allowExitOnIdle: true,
  });
  // One that breaks while nobody uses it: the next query makes another, and says what is wrong if it cannot.
  pool.on("error", () => undefined);
  return pool;
}
