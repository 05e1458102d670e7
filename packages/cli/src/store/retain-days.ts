import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import { planDigest, type RetentionPolicy } from "@openrouter-audit/retention";
import type { TableRetention } from "@openrouter-audit/retention/postgres";
import { exitCode, UnusableError } from "../exit-code.ts";
import { many } from "../format/amounts.ts";
import { planText } from "../format/plan-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { anchorsFor, journalDirectory } from "../journal-directory.ts";
import { progressOn } from "../progress.ts";
import { person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";
import { loadTableRetention } from "./load-table-retention.ts";

/** What commands that drop days with tombstones can be told. */
export interface RetainDaysFlags {
  readonly schema?: string;
  readonly anchors?: string;
  readonly journal?: string;
  readonly name: string;
  readonly yes?: boolean;
  readonly secondApprover?: boolean;
  readonly json?: boolean;
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
  return run.stopped === null && run.notApproved === null ? exitCode.fine : exitCode.problem;
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
    person: person(env),
    dryRun: flags.yes !== true,
    secondApprover: flags.secondApprover,
    onProgress: progress.report,
    onDropped: ({ file }) => {
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
export function placeOf({ journal, anchors, name }: RetainDaysFlags, env: Terminal["env"]) {
  const directory = journalDirectory(journal, env);
  return {
    anchors: anchorsFor(directory, { anchors }, env),
    ...(journal !== undefined && { rotations: journal }),
    root: rootKeyFor(directory, { name, env }),
  };
}

export function isRefusal(error: unknown): error is AuditError {
  return error instanceof AuditError && ["NOT_APPROVED", "ANCHOR_DAMAGED"].includes(error.code);
}

/** Where tombstones of a table are noted; null when nobody said. */
export function anchorsSaid({ anchors, journal }: Partial<RetainDaysFlags>, { env }: Terminal): boolean {
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
export function tell(
  run: TableRetention,
  { json, yes }: RetainDaysFlags,
  { stdout, stderr }: Terminal,
): void {
  if (json) {
    const days = run.days.map(({ logs: _logs, cuts: _cuts, holding, ...day }) => ({
      ...day,
      holds: holding.map(({ hold }) => hold),
    }));
    const plan = run.doomed.length > 0 ? planDigest(run.doomed) : null;
    stdout.write(`${jsonLine({ ...run, days, plan })}\n`);
    return;
  }
  const gone = new Set(run.dropped);
  for (const { file, lines, action, because } of run.days) {
    const word = gone.has(file) ? "dropped" : action === "delete" ? "would go" : "stays";
    const why = because.length > 0 ? `  ${because.join("; ")}` : "";
    stdout.write(`${visible(`${file}  ${many(lines, "line")}  ${word}${why}`)}\n`);
  }
  if (run.stopped !== null) stderr.write(`Nothing was dropped: ${visible(run.stopped)}.\n`);
  else if (run.days.length === 0) stderr.write("No day is old enough.\n");
  else if (!yes) {
    if (run.doomed.length > 0) stdout.write(planText(run.doomed, "postgres approve"));
    stderr.write("Nothing was dropped: say --yes to drop it.\n");
  } else if (gone.size > 0)
    stderr.write("Noted in the anchor log: verify with --anchors says INTACT of what is left.\n");
}
