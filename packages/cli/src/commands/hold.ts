import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addHoldAdd } from "./hold-add.ts";
import { addHoldList } from "./hold-list.ts";
import { addHoldRelease } from "./hold-release.ts";

const lesson = `
Examples:
  $ openrouter-audit hold add --user u-17 --reason "Smith v. Example, case 17"
  $ openrouter-audit hold add --user u-17 --user u-18 --since 2026-01 --until 2026-06 --reason "Case 17"
  $ openrouter-audit hold add /srv/audit --everything --reason "Inquiry" --on-behalf-of "Legal"
  $ openrouter-audit hold list --all
  $ openrouter-audit hold release 01999f3c-… --reason "Settled on 3 May"

What a hold covers is not deleted by retain and postgres retain, however old it is, until the hold is released. A file stays when one
entry in it is covered; the later files of its logs stay with it. Conditions of one hold must all apply to an entry; of
several holds, any. --user takes ids as they are, no patterns, and goes by user_id, and by claimed_user too: what may be evidence is rather kept.

A hold and its release are entries of the anchor log (--anchors), signed with the root key, with the person who ran this
command: nothing of them is ever edited. They do not reach what others delete: sinks, backups, or a person with rm.

list also tells of tombstones that somebody with the root key wrote in spite of a hold, as far as they show it.

Exit codes: 0 done, 1 refused: no such hold, or the anchor log is damaged, so that list may not show all; something was deleted in spite of
a hold, 3 not possible.`;

/** `openrouter-audit hold`: what must not be deleted. */
export function addHoldCommand(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const hold = program
    .command("hold")
    .description("put a legal hold on entries, so that nothing deletes them; list holds, release one")
    .helpCommand(false)
    .addHelpText("after", lesson);
  for (const add of [addHoldAdd, addHoldList, addHoldRelease])
    add(hold, terminal, exitWith).addHelpText("after", lesson);
}
