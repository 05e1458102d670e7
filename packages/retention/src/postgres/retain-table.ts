import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorSink,
  type NotedAnchorLog,
  noteInAnchorLog,
  type RootSigner,
} from "@openrouter-audit/anchor";
import {
  AuditError,
  type AuditSource,
  type JournalVerification,
  type JsonObject,
  trustedKeys,
  verifyJournal,
} from "@openrouter-audit/core";
import { anchoredHeads, anchorFile, verifierOf } from "@openrouter-audit/core/seal";
import { connectPostgres, dropExactly, listDays, readPostgres } from "@openrouter-audit/sink-postgres";
import { type Approval, approvalOf } from "../approval/approval-of.ts";
import { draftOf, type Person } from "../person.ts";
import { dueDates, policyInWords, type RetentionPolicy, resolvePolicy } from "../policy.ts";
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
    return { ...base, days: [], stopped: `the table is tampered with (${verdict}: ${message})` };
  }
  const days = await planTable({ source, verification, notes: log.notes, cuts: log.cuts, isDue });
  const doomed = days.filter(({ action }) => action === "delete");
  if (dryRun || doomed.length === 0) return { ...base, days, stopped: null };
  const approval = secondApprover ? approvalOf(log.notes, doomed, { person, now: time }) : null;
  const dropped = await drop(doomed, log, policy, approval, source.name, options);
  return { ...base, days, stopped: null, dropped, approval };
}

/** Day by day: first the tombstone, then the partition. */
async function drop(
  doomed: readonly PlannedDay[],
  log: Noted,
  policy: JsonObject,
  approval: Approval | null,
  table: string,
  { connectionString, schema, person, onDropped }: RetainTableOptions,
): Promise<string[]> {
  const who = draftOf(person);
  const approved = approval && { user_id: approval.by, at: approval.at, seq: approval.seq };
  const { client } = await connectPostgres(connectionString, { schema });
  const dropped: string[] = [];
  try {
    for (const group of new Set(doomed.map((day) => day.group))) {
      const together = doomed.filter((day) => day.group === group);
      for (const day of together.filter((each) => !isNoted(each, log))) {
        const { file, lines, bytes, sha256, cuts } = day;
        const detail = {
          files: [{ file, lines, bytes, sha256 }],
          table,
          policy,
          cuts,
          ...(approved && { approved_by: approved }),
        };
        await log.note("deleted", detail as unknown as JsonObject, who);
      }
      const lines = together.reduce((sum, day) => sum + day.lines, 0);
      const since = together.map((day) => day.since).sort()[0]!;
      const days = (await listDays(client, { schema }))
        .map(({ day }) => day)
        .filter((day) => day >= since && day <= together.at(-1)!.file);
      await dropExactly(client, { days, lines, schema });
      for (const day of together) {
        dropped.push(day.file);
        onDropped?.(day);
      }
    }
    return dropped;
  } catch (cause) {
    if (!(cause instanceof AuditError) || dropped.length === 0) throw cause;
    throw new AuditError(cause.code, `${cause.message} Dropped before: ${dropped.join(", ")}.`, { cause });
  } finally {
    await client.end();
  }
}

/** Whether a run that was cut short has noted the same contents as deleted. */
function isNoted({ file, sha256 }: PlannedDay, { notes }: Noted): boolean {
  return notes.some(({ event_type, detail }) => {
    const files = detail?.files as
      | readonly { readonly file?: unknown; readonly sha256?: unknown }[]
      | undefined;
    return (
      event_type === "audit.deleted" &&
      typeof detail?.table === "string" &&
      Array.isArray(files) &&
      files.some((each) => each?.file === file && each?.sha256 === sha256)
    );
  });
}
