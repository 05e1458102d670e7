import type { Connections } from "./options.ts";
import type { TableOptions } from "./schema/names.ts";

export interface ReadPostgresOptions extends TableOptions {
  /**
   * Where the database is, `postgres://user@host/database`. A password that is not in it is taken from PGPASSWORD or ~/.pgpass, and
   * what else is missing from PGHOST and so on. The source then has connections of its own, and closes them.
   */
  readonly connectionString?: string | undefined;
  /** A pool of yours, in place of `connectionString`. It is never closed. */
  readonly pool?: Connections | undefined;
}
