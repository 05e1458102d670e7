import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type NotedAnchorLog,
  noteInAnchorLog,
  readAnchorLog,
  refuseNewLog,
  refuseOtherLog,
} from "@openrouter-audit/anchor";
import {
  type AuditSource,
  type JournalVerification,
  trustedKeys,
  verifyJournal,
} from "@openrouter-audit/core";
import { anchorFile } from "@openrouter-audit/core/seal";
import { readPostgres } from "@openrouter-audit/sink-postgres";
import { type ApprovalState, Approvals } from "../approval/approvals.ts";
import { type DoomedFile, doomedFiles } from "../approval/plan-digest.ts";
import type { RetentionPolicy } from "../policy.ts";
import { dropDays } from "./drop-days.ts";
import { type PlannedDay, planTable } from "./plan-table.ts";
import { checkRetainTableOptions, type RetainTableOptions } from "./retain-table-options.ts";
import type { TableDay } from "./table-days.ts";
import { type DaysBefore, type TablePolicy, tablePolicyOf } from "./table-policy.ts";

/** What was done with a table. */
export interface TableRetention extends ApprovalState {
  /** The table, without a password. */
  readonly table: string;
  readonly at: string;
  /** What the verification just before said; of a table that is tampered with nothing goes. */
  readonly result: JournalVerification["result"];
  /** Why nothing went at all; null when something might. */
  readonly stopped: string | null;
  /** The days that are old enough, the oldest first. */
  readonly days: readonly PlannedDay[];
  /** What goes of them: what a second person approves, with `approveDeletion`. */
  readonly doomed: readonly DoomedFile[];
  /** Those that are gone. */
  readonly dropped: readonly string[];
}

/**
 * Retention of the table that `postgresSink` fills, by the policy and the holds of the files: days go as a whole, the oldest first, each
 * after its tombstone is on the disk in the anchor log, so that `verify` with that anchor log finds the rest intact.
 *
 * @param policy or the first day that stays, in place of any policy
 * @throws AuditError `INVALID_OPTIONS`; `RETENTION_CONFLICT`; `JOURNAL_UNREADABLE`; `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN`;
 * `KEY_MISMATCH`; `SINK_UNAVAILABLE` when a day cannot be dropped: what was noted then, the next run drops
 */
export async function retainTable(
  policy: RetentionPolicy | DaysBefore,
  options: RetainTableOptions,
): Promise<TableRetention> {
  checkRetainTableOptions(options);
  const { connectionString, schema, anchors, rotations = anchors, root, now = () => new Date() } = options;
  const time = now();
  const due = tablePolicyOf(policy, time);
  const source = readPostgres({ connectionString, schema });
  try {
    refuseNewLog(rotations, anchors);
    const carry = (log: Noted) => {
      refuseOtherLog(rotations, anchors, log.first);
      return carryOut(source, log, due, time, options);
    };
    if (options.dryRun) return await carry(await onlyRead(options));
    const place = {
      directory: rotations,
      anchors,
      root,
      now,
      // A table may have an anchor log of its own.
      begin: true,
      ...(options.sinks && { sinks: options.sinks }),
    };
    const { result } = await noteInAnchorLog(place, carry);
    return result;
  } finally {
    await source.close?.();
  }
}

/** An anchor log; its directory is null where none was begun. */
type Noted = Pick<NotedAnchorLog, "notes" | "cuts" | "note" | "first"> & {
  readonly directory: string | null;
};

/** To look at: nothing is made, locked or written. */
async function onlyRead({ anchors, rotations = anchors, root }: RetainTableOptions): Promise<Noted> {
  const note = () => Promise.reject(new Error("Nothing is noted by who only looks."));
  if (!existsSync(join(anchors, anchorFile)))
    return { directory: null, notes: [], cuts: [], note, first: null };
  const { keys } = trustedKeys(rotations, root.vkey, { successors: false });
  const { notes, cuts, log } = await readAnchorLog(
    anchors,
    keys.map(({ vkey }) => vkey),
  );
  return { directory: anchors, notes, cuts, note, first: log.size > 0 ? log.rootAt(1) : null };
}

async function carryOut(
  source: AuditSource,
  log: Noted,
  { isDue, words }: TablePolicy,
  time: Date,
  options: RetainTableOptions,
): Promise<TableRetention> {
  const { root, rotations, onProgress, dryRun, secondApprover, person } = options;
  const verification = await verifyJournal(source, {
    key: root.vkey,
    successors: false,
    anchors: log.directory,
    now: time,
    ...(rotations !== undefined && { rotations }),
    ...(onProgress && { onProgress }),
  });
  const { result, problems } = verification;
  const base = {
    table: source.name,
    at: time.toISOString(),
    result,
    dropped: [],
    approval: null,
    notApproved: null,
  };
  if (result === "tampered") {
    const { verdict, message } = problems[0]!;
    return { ...base, days: [], doomed: [], stopped: `the table is tampered with (${verdict}: ${message})` };
  }
  const input = { source, verification, notes: log.notes, cuts: log.cuts, isDue };
  const wanted = await planTable(input);
  // Two persons are two users of the database, too.
  const table = source.name.replace(/\/\/[^/@]*@/, "//");
  const doomed = doomedIn(wanted, table);
  const plan = { ...base, days: wanted, doomed, stopped: null };
  if (dryRun || doomed.length === 0) return plan;
  const approvals = secondApprover ? new Approvals(log.notes, { person, now: time }) : null;
  const unapproved = (day: TableDay) => approvals?.whyNot({ ...day, table }) ?? null;
  const isComplete = !approvals || doomed.every((day) => approvals.whyNot(day) === null);
  const days = isComplete ? wanted : await planTable({ ...input, unapproved });
  const going = days.filter(({ action }) => action === "delete");
  const approvalOf = (day: PlannedDay) => approvals?.of({ ...day, table }) ?? null;
  const dropped = going.length > 0 ? await dropDays(going, log, words, approvalOf, source.name, options) : [];
  return { ...plan, days, dropped, ...approvals?.stateOf(doomed, doomedIn(days, table), "postgres approve") };
}

function doomedIn(days: readonly PlannedDay[], table: string): DoomedFile[] {
  return doomedFiles(days.filter(({ action }) => action === "delete").map((day) => ({ ...day, table })));
}
