import { existsSync } from "node:fs";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import type { RetentionPolicy } from "@openrouter-audit/retention";
import type { TableRetention } from "@openrouter-audit/retention/postgres";
import type { Command } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { planText } from "../format/plan-text.ts";
import { tableRetentionJson, tableRetentionText } from "../format/table-retention-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  anchorsOption,
  anchorsToDeleteBy,
  existingJournal,
  journalDirectory,
  newLogOption,
} from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { progressOn } from "../progress.ts";
import { person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";
import { loadTableRetention } from "./load-table-retention.ts";

/** The URL of a table of which days go: it is in the plan that is approved, so that it is named. */
export const tableUrlArgument = "postgres://owner@host/database, without a password in it";

/** Where a table is, and where it is noted what is done with it. */
export interface TablePlaceFlags {
  readonly schema?: string;
  readonly anchors?: string;
  readonly newLog?: boolean;
  readonly journal?: string;
  readonly name?: string;
}

/** What commands that drop days with tombstones can be told. */
export interface RetainDaysFlags extends TablePlaceFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly secondApprover?: boolean;
  readonly onBehalfOf?: string;
  readonly json?: boolean;
}

/** The options of where tombstones of a table are noted. */
export function addTombstoneOptions(command: Command): Command {
  return command
    .option("--journal <dir>", "the journal: its anchor log, its root key, its rotation notes")
    .option(...anchorsOption)
    .option(...newLogOption)
    .option(...nameOption);
}

/** A policy, or the first day that stays. */
export type TablePolicy = RetentionPolicy & { readonly before?: string | undefined };

/** Drops days of a table with tombstones, or says which; and tells of it. @throws UnusableError */
export async function retainDays(
  url: string,
  policy: TablePolicy,
  flags: RetainDaysFlags,
  terminal: Terminal,
): Promise<number> {
  const run = await tableRun(url, policy, flags, terminal);
  if (run === null) return exitCode.problem;
  tell(run, flags, terminal);
  if (run.notApproved !== null) terminal.stderr.write(`${visible(run.notApproved)}\n`);
  const isUnsaid = run.doomed.length > 0 && !flags.yes && !flags.dryRun;
  const isRefused = run.stopped !== null || run.notApproved !== null || isUnsaid;
  return isRefused ? exitCode.problem : exitCode.fine;
}

/** As {@link retainDays}, without telling; null when it was refused, which was said. */
export async function tableRun(
  url: string,
  { before, ...periods }: TablePolicy,
  flags: RetainDaysFlags,
  terminal: Terminal,
): Promise<TableRetention | null> {
  const { env, stderr } = terminal;
  const { retainTable } = await loadTableRetention();
  const progress = progressOn(stderr, "verifying");
  return retainTable(before === undefined ? periods : { before }, {
    ...placeOf(flags, env),
    connectionString: url,
    schema: flags.schema,
    person: person(env, flags.onBehalfOf),
    dryRun: flags.dryRun || flags.yes !== true,
    secondApprover: flags.secondApprover,
    onProgress: progress.report,
    onDropped: ({ file }) => {
      progress.end();
      if (!flags.json && stderr.isTTY) stderr.write(`${file} is gone.\n`);
    },
  })
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      stderr.write(`${visible(error.message)}\n`);
      return null;
    })
    .finally(() => progress.end());
}

/** Where tombstones, holds and approvals of a table are noted, and with which key. */
export function placeOf({ journal, name, ...place }: TablePlaceFlags, env: Terminal["env"]) {
  const directory = journalDirectory(journal, env);
  const anchors = anchorsToDeleteBy(directory, place, env);
  // Where there is neither a journal nor an anchor log, the name is a slip: nobody has looked for holds.
  if (!existsSync(anchors) && !place.newLog) existingJournal(journal, env);
  return {
    anchors,
    ...(journal !== undefined && { rotations: journal }),
    root: rootKeyFor(directory, { name, env }),
  };
}

function isRefusal(error: unknown): error is AuditError {
  return error instanceof AuditError && ["NOT_APPROVED", "ANCHOR_DAMAGED"].includes(error.code);
}

/** Whether anybody said where tombstones of a table are noted. */
export function anchorsSaid({ anchors, journal }: TablePlaceFlags, { env }: Terminal): boolean {
  return anchors !== undefined || journal !== undefined || Boolean(env.OPENROUTER_AUDIT_ANCHOR_DIR);
}

/** @throws UnusableError */
export function neededUrl(url: string | undefined): string {
  if (url !== undefined && /^postgres(ql)?:\/\//i.test(url)) return url;
  throw new UnusableError(
    "Name the database as a URL: postgres://owner@host/database, without a password in it.",
  );
}

/** What was dropped, or would be. */
function tell(
  run: TableRetention,
  { json, yes, dryRun }: RetainDaysFlags,
  { stdout, stderr }: Terminal,
): void {
  if (json) {
    stdout.write(`${jsonLine(tableRetentionJson(run))}\n`);
    return;
  }
  stdout.write(tableRetentionText(run));
  if (run.stopped !== null) stderr.write(`Nothing was dropped: ${visible(run.stopped)}.\n`);
  else if (run.days.length === 0) stderr.write("No day is old enough.\n");
  else if (run.dropped.length > 0)
    stderr.write("Noted in the anchor log: verify with --anchors says INTACT of what is left.\n");
  else if (!yes && run.doomed.length > 0) {
    stdout.write(planText(run.doomed, "postgres approve"));
    if (!dryRun) stderr.write("Nothing was dropped: say --yes, or --dry-run to only look.\n");
  }
}
