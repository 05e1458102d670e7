import type { RetentionPolicy } from "@openrouter-audit/retention";
import { type Command, Option } from "commander";
import { anchorsOption } from "../journal-directory.ts";
import { schemaOption } from "../store/open-store.ts";
import { neededUrl, type RetainDaysFlags, retainDays } from "../store/retain-days.ts";
import { urlArgument } from "../store/with-postgres.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit postgres retain postgres://owner@db.example/audit --journal /srv/audit                 what would go?
  $ openrouter-audit postgres retain postgres://owner@db.example/audit --journal /srv/audit --yes
  $ openrouter-audit postgres retain "$DATABASE" --anchors /srv/anchors --preset pci-dss --yes --json
  $ openrouter-audit verify postgres://auditor@db.example/audit --key @public-key.txt --anchors /srv/anchors

Drops days of the table by the same policy, and the same legal holds, as retain deletes files: a day (UTC) goes as a whole, the oldest first,
when it is old enough and no hold covers an entry of it. The table is verified just before; of one that is tampered with nothing
goes. What goes is first noted as a tombstone in the anchor log (of --journal, or --anchors), signed with the root key:
from then on verify with that anchor log says INTACT of the rest. It takes the owner of the table.

Let retain of the journal come first: a sink that begins anew delivers again what the journal still has. What the anchor log knows
and delivery has not brought yet is TRUNCATED: deliver it first. Nothing goes without --yes.

Exit codes: 0 dropped, or shown, 1 refused: tampered with, or not approved, 3 not possible.`;

export interface RetainFlags extends RetainDaysFlags {
  readonly deleteAfter?: string;
  readonly preset?: readonly string[];
  readonly minimum?: string;
  readonly maximum?: string;
}

/** The options of a policy for days of a table. */
export function withPolicy(command: Command): Command {
  const another = (value: string, before: readonly string[] = []) => [...before, value];
  return command
    .option("--delete-after <period>", "drop then: 90d, 7y (default: 90d, or as presets want)")
    .option("--preset <name>", "a rule to keep to; may be given again", another)
    .option("--minimum <period>", "a minimum of your own")
    .option("--maximum <period>", "a maximum of your own");
}

/** Days of a table are never archived: what presets want at hand, is. */
export function policyOf({ deleteAfter, preset: presets, minimum, maximum }: RetainFlags): RetentionPolicy {
  return { archiveAfter: null, deleteAfter, presets, minimum, maximum };
}

/** The options of what notes tombstones of a table. */
export function withTombstones(command: Command): Command {
  return command
    .option("--journal <dir>", "the journal: its anchor log, its root key, its rotation notes")
    .option(...anchorsOption)
    .option("--name <name>", "the name of the key, as in new AuditLog({ name })", "openrouter-audit");
}

/** `openrouter-audit postgres retain`: the policy of the files, for the table. */
export function addPostgresRetain(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = postgres
    .command("retain")
    .description("let days go by the policy and the legal holds of the files, so that the rest verifies")
    .argument("<url>", urlArgument)
    .option(...schemaOption);
  withTombstones(withPolicy(command))
    .option("--second-approver", "drop only what another person approved: postgres approve")
    .addOption(new Option("--dry-run", "only show what would go").conflicts("yes"))
    .option("--yes", "drop it")
    .option("--json", "what was dropped, or would be, as JSON")
    .addHelpText("after", examples)
    .action(async (url: string, flags: RetainFlags) =>
      exitWith(await retainDays(neededUrl(url), policyOf(flags), flags, terminal)),
    );
}
