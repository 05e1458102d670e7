import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addPostgresApprove } from "./postgres-approve.ts";
import { addPostgresDrop } from "./postgres-drop.ts";
import { addPostgresMigrate } from "./postgres-migrate.ts";
import { addPostgresPartitions } from "./postgres-partitions.ts";
import { addPostgresRetain } from "./postgres-retain.ts";

const lesson = `
The order of things:
  $ openrouter-audit postgres migrate postgres://owner@db.example/audit     make the table and its two roles
  psql=> create role app login password '…' in role openrouter_audit_writer      who writes: only that
  psql=> create role auditor login password '…' in role openrouter_audit_reader  who reads: only that
  $ openrouter-audit query postgres://auditor@db.example/audit --since 24h
  $ openrouter-audit verify postgres://auditor@db.example/audit --key @public-key.txt
  $ openrouter-audit postgres partitions postgres://auditor@db.example/audit     how large is which day?
  $ openrouter-audit postgres retain postgres://owner@db.example/audit --journal /srv/audit --dry-run

The password is taken from PGPASSWORD or ~/.pgpass, as psql does, and what the URL leaves out from PGHOST, PGUSER
and so on. The packages @openrouter-audit/sink-postgres and pg must be installed.`;

/** `openrouter-audit postgres`: the table that entries are delivered to. */
export function addPostgres(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const postgres = program
    .command("postgres")
    .description("make the table in Postgres that entries are delivered to, and let old days go")
    .helpCommand(false)
    .addHelpText("after", lesson);
  for (const add of [
    addPostgresMigrate,
    addPostgresPartitions,
    addPostgresRetain,
    addPostgresApprove,
    addPostgresDrop,
  ])
    add(postgres, terminal, exitWith);
}
