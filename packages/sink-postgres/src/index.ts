export { connectPostgres, type PostgresConnection } from "./connect-postgres.ts";
export type { Connections, PostgresSinkOptions } from "./options.ts";
export { postgresSink } from "./postgres-sink.ts";
export { type ReadPostgresOptions, readPostgres } from "./read-postgres.ts";
export { type DropDaysOptions, dropDays, listDays, type PartitionedDay } from "./schema/days.ts";
export { type Migration, migrate } from "./schema/migrate.ts";
export { type MigrationOptions, migrationSql, schemaVersion } from "./schema/migration-sql.ts";
export type { TableOptions } from "./schema/names.ts";
