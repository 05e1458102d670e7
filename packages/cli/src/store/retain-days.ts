import { anchorDirectory, rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import type { RetentionPolicy } from "@openrouter-audit/retention";
import type { TableRetention } from "@openrouter-audit/retention/postgres";
import { exitCode, UnusableError } from "../exit-code.ts";
import { many } from "../format/amounts.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { journalDirectory } from "../journal-directory.ts";
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

/** Drops days of a table with tombstones, or says which; and tells of it. @throws UnusableError */
export async function retainDays(
  url: string,
  policy: RetentionPolicy & { readonly before?: string },
  flags: RetainDaysFlags,
  terminal: Terminal,
): Promise<number> {
  const { env, stderr } = terminal;
  const { retainTable } = await loadTableRetention();
  const directory = journalDirectory(flags.journal, env);
  const progress = progressOn(stderr, "verifying");
  const { before, ...periods } = policy;
  const run = await retainTable(periods, {
    connectionString: url,
    schema: flags.schema,
    anchors: flags.anchors ?? anchorDirectory(directory, env),
    ...(flags.journal !== undefined && { rotations: flags.journal }),
    root: rootKeyFor(directory, { name: flags.name, env }),
    person: person(env),
    before,
    dryRun: flags.yes !== true,
    secondApprover: flags.secondApprover,
    onProgress: progress.report,
    onDropped: ({ file }) => {
      if (!flags.json && stderr.isTTY) stderr.write(`${file} is gone.\n`);
    },
  })
    .catch((error: unknown) => {
      const isRefusal =
        error instanceof AuditError && ["NOT_APPROVED", "ANCHOR_DAMAGED"].includes(error.code);
      if (!isRefusal) throw error;
      stderr.write(`${visible(error.message)}\n`);
      return null;
    })
    .finally(() => progress.end());
  if (run === null) return exitCode.problem;
  tell(run, flags, terminal);
  return run.stopped === null ? exitCode.fine : exitCode.problem;
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

function tell(run: TableRetention, { json, yes }: RetainDaysFlags, { stdout, stderr }: Terminal): void {
  if (json) {
    const days = run.days.map(({ logs: _logs, cuts: _cuts, holding, ...day }) => ({
      ...day,
      holds: holding.map(({ hold }) => hold),
    }));
    stdout.write(`${jsonLine({ ...run, days })}\n`);
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
  else if (!yes) stderr.write("Nothing was dropped: say --yes to drop it.\n");
  else if (gone.size > 0)
    stderr.write("Noted in the anchor log: verify with --anchors says INTACT of what is left.\n");
}
