import { type Command, Option } from "commander";
import { onBehalfOfOption } from "../readings/person.ts";
import { addPolicyOptions, dayPolicyOf, type PolicyFlags } from "../retention/policy-flags.ts";
import { schemaOption } from "../store/open-store.ts";
import {
  addTombstoneOptions,
  neededUrl,
  type RetainDaysFlags,
  retainDays,
  tableUrlArgument,
} from "../store/retain-days.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit postgres retain postgres://owner@db.example/audit --journal /srv/audit --dry-run       what would go?
  $ openrouter-audit postgres retain postgres://owner@db.example/audit --journal /srv/audit --yes
  $ openrouter-audit postgres retain "$DATABASE" --anchors /srv/anchors --preset pci-dss --yes --json
  $ openrouter-audit verify postgres://auditor@db.example/audit --key @public-key.txt --anchors /srv/anchors

Drops days of the table by the same policy, and the same legal holds, as retain deletes files: a day (UTC) goes as a whole, the oldest first,
when it is old enough and no hold covers an entry of it. The table is verified just before; of one that is tampered with nothing
goes, and there is no --despite-tampering: a table can be made again from the journal. What goes is first noted as a tombstone in the anchor log (of --journal, or --anchors), signed with the root key:
from then on verify with that anchor log says INTACT of the rest. It takes the owner of the table.

Let retain of the journal come first: a sink that begins anew delivers again what the journal still has. What the anchor log knows
and delivery has not brought yet is TRUNCATED: deliver it first. Nothing goes without --yes.

Exit codes: 0 dropped, or shown (--dry-run), 1 refused: tampered with, not approved, or --yes is missing for what could go,
3 not possible.`;

/** `openrouter-audit postgres retain`: the policy of the files, for the table. */
export function addPostgresRetain(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = postgres
    .command("retain")
    .description("let days go by the policy and the legal holds of the files, so that the rest verifies")
    .argument("<url>", tableUrlArgument)
    .option(...schemaOption);
  addTombstoneOptions(addPolicyOptions(command))
    .option(...onBehalfOfOption)
    .option("--second-approver", "drop only what another person approved: postgres approve")
    .addOption(new Option("--dry-run", "only show what would go").conflicts("yes"))
    .option("--yes", "drop it")
    .option("--json", "what was dropped, or would be, as JSON")
    .addHelpText("after", examples)
    .action(async (url: string, flags: RetainDaysFlags & PolicyFlags) =>
      exitWith(await retainDays(neededUrl(url), dayPolicyOf(flags), flags, terminal)),
    );
}
