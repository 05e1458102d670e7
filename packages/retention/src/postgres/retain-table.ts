import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorSink,
  type NotedAnchorLog,
  noteInAnchorLog,
  type RootSigner,
} from "@openrouter-audit/anchor";
import {
  type AuditSource,
  type JournalVerification,
  type JsonObject,
  trustedKeys,
  verifyJournal,
} from "@openrouter-audit/core";
import { anchoredHeads, anchorFile, verifierOf } from "@openrouter-audit/core/seal";
import { readPostgres } from "@openrouter-audit/sink-postgres";
import { type Approval, approvalOf } from "../approval/approval-of.ts";
import { type DoomedFile, doomedFiles } from "../approval/plan-digest.ts";
import type { Person } from "../person.ts";
import { dueDates, policyInWords, type RetentionPolicy, resolvePolicy } from "../policy.ts";
import { dropDays } from "./drop-days.ts";
import { type PlannedDay, planTable } from "./plan-table.ts";

export interface RetainTableOptions {
  /** Where the table is, as its owner: `postgres://owner@host/database`. */
  readonly connectionString: string;
  /** @default "openrouter_audit" */
  readonly schema?: string | undefined;
  /** The anchor log: that of the journal, or one of the table alone. */
  readonly anchors: string;
  /** Where notes are that tie root keys to each other: the journal. @default beside the anchor log */
  readonly rotations?: string | undefined;
  /** The root key. It signs the tombstones. */
  readonly root: RootSigner;
  /** Who does it. */
  readonly person: Person;
  /** Days before this one (YYYY-MM-DD), in place of what the policy says. */
  readonly before?: string | undefined;
  /** Only says what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  /** Nothing goes unless another person approved exactly this plan. @default false */
  readonly secondApprover?: boolean | undefined;
  readonly sinks?: readonly AnchorSink[];
  /** Told of each day that was dropped. */
  readonly onDropped?: ((day: PlannedDay) => void) | undefined;
  /** Told how much of the table was verified. */
  readonly onProgress?:
    | ((progress: { readonly bytes: number; readonly totalBytes: number }) => void)
    | undefined;
  /** @default the clock */
  readonly now?: (() => Date) | undefined;
}

/** What was done with a table. */
export interface TableRetention {
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
  readonly approval: Approval | null;
}

/**
 * Retention of the table that `postgresSink` fills, by the policy and the holds of the files: days go as a whole, the oldest first, each
 * after its tombstone is on the disk in the anchor log, so that `verify` with that anchor log finds the rest intact.
 *
 * @throws AuditError `INVALID_OPTIONS`; `RETENTION_CONFLICT`; `JOURNAL_UNREADABLE`; `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN`;
 * `KEY_MISMATCH`; `NOT_APPROVED`; `SINK_UNAVAILABLE` when a day cannot be dropped: what was noted then, the next run drops
 */
export async function retainTable(
  policy: RetentionPolicy,
  options: RetainTableOptions,
): Promise<TableRetention> {
  const resolved = resolvePolicy(policy);
  const {
    connectionString,
    schema,
    anchors,
    rotations = anchors,
    root,
    before,
    now = () => new Date(),
  } = options;
  const time = now();
  const isDue = (day: string) => {
    if (before !== undefined) return day < before;
    const due = dueDates(day, resolved).delete;
    return due !== null && due <= time;
  };
  const words = before === undefined ? policyInWords(resolved) : { before };
  const source = readPostgres({ connectionString, schema });
  try {
    const carry = (log: Noted) => carryOut(source, log, isDue, { ...words } as JsonObject, time, options);
    if (options.dryRun) return await carry(await onlyRead(options));
    const place = {
      directory: rotations,
      anchors,
      root,
      now,
      ...(options.sinks && { sinks: options.sinks }),
    };
    const { result } = await noteInAnchorLog(place, carry);
    return result;
  } finally {
    await source.close?.();
  }
}

/** An anchor log; its directory is null where none was begun. */
type Noted = Pick<NotedAnchorLog, "notes" | "cuts" | "note"> & { readonly directory: string | null };

/** To look at: nothing is made, locked or written. */
async function onlyRead({ anchors, rotations = anchors, root }: RetainTableOptions): Promise<Noted> {
  const note = () => Promise.reject(new Error("Nothing is noted by who only looks."));
  if (!existsSync(join(anchors, anchorFile))) return { directory: null, notes: [], cuts: [], note };
  const { keys } = trustedKeys(rotations, root.vkey, { successors: false });
  const { notes, cuts } = await anchoredHeads(
    anchors,
    keys.map(({ vkey }) => verifierOf(vkey)!),
  );
  return { directory: anchors, notes, cuts, note };
}

async function carryOut(
  source: AuditSource,
  log: Noted,
  isDue: (day: string) => boolean,
  policy: JsonObject,
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
  const base = { table: source.name, at: time.toISOString(), result, dropped: [], approval: null };
  if (result === "tampered") {
    const { verdict, message } = problems[0]!;
    return { ...base, days: [], doomed: [], stopped: `the table is tampered with (${verdict}: ${message})` };
  }
  const days = await planTable({ source, verification, notes: log.notes, cuts: log.cuts, isDue });
  const going = days.filter(({ action }) => action === "delete");
  // Two persons are two users of the database, too.
  const table = source.name.replace(/\/\/[^/@]*@/, "//");
  const doomed = doomedFiles(going.map((day) => ({ ...day, table })));
  const plan = { ...base, days, doomed, stopped: null };
  if (dryRun || doomed.length === 0) return plan;
  const approval = secondApprover
    ? approvalOf(log.notes, doomed, { person, now: time }, "postgres approve")
    : null;
  const dropped = await dropDays(going, log, policy, approval, source.name, options);
  return { ...plan, dropped, approval };
}
