import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { visible } from "../format/visible.ts";
import { loadPostgres } from "../store/load-postgres.ts";
import { schemaOption } from "../store/open-store.ts";
import { type TableFlags, urlArgument, withPostgres } from "../store/with-postgres.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit postgres migrate postgres://owner@db.example/audit
  $ openrouter-audit postgres migrate --print | less             look at it first: nothing is connected to
  $ openrouter-audit postgres migrate --print | psql -v ON_ERROR_STOP=1 "$DATABASE"
  $ openrouter-audit postgres migrate "$DATABASE" --writer audit_in --reader audit_out

Makes the table (schema openrouter_audit), a partition for each day as it comes, indexes for user, model, time and
generation id, triggers that refuse update, delete and truncate, and two roles that nobody can log in with: one may
only add lines, one may only read. Run again it changes nothing; a table that is something else is left alone and
told. The role that runs it owns the table: it needs \`create\` on the database, and \`createrole\` the first time.

Exit codes: 0 the table is as it should be, 3 it is not, and why; nothing was changed then.`;

interface MigrateFlags extends TableFlags {
  readonly writer?: string;
  readonly reader?: string;
  readonly print?: boolean;
}

/** `openrouter-audit postgres migrate`: makes the table, or what is missing of it. */
export function addPostgresMigrate(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  postgres
    .command("migrate")
    .description("make the table, its indexes, triggers and roles, or what is missing of them")
    .argument("[url]", urlArgument)
    .option(...schemaOption)
    .option("--writer <role>", "the role that may add lines (default: openrouter_audit_writer)")
    .option("--reader <role>", "the role that may read (default: openrouter_audit_reader)")
    .option("--print", "only print the SQL, for psql or whoever reviews it")
    .option("--json", "what is there now, as JSON")
    .addHelpText("after", examples)
    .action(async (url: string | undefined, flags: MigrateFlags) =>
      exitWith(await migrate(url, flags, terminal)),
    );
}

async function migrate(url: string | undefined, flags: MigrateFlags, { stdout }: Terminal): Promise<number> {
  const { schema, writer, reader } = flags;
  const options = { schema, writer, reader };
  if (flags.print) {
    stdout.write((await loadPostgres()).migrationSql(options));
    return exitCode.fine;
  }
  const made = await withPostgres(url, flags, async (postgres, { client, place }) => {
    return { place, ...(await postgres.migrate(client, options)) };
  });
  const { place, table, version } = made;
  stdout.write(
    flags.json
      ? answerLine(made)
      : visible(
          `${place} has the table ${table}, version ${version}.\n` +
            `Grant ${writer ?? "openrouter_audit_writer"} to whoever delivers, ${reader ?? "openrouter_audit_reader"} to whoever reads.\n`,
          "\n",
        ),
  );
  return exitCode.fine;
}
