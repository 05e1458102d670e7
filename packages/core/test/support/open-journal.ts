import { AuditEvents } from "../../src/audit-events.ts";
import { draftEntry } from "../../src/entry/draft-entry.ts";
import type { EntryDraft, JsonObject } from "../../src/entry/entry.ts";
import { type AuditGap, type AuditProblem, publicKeyOf, verifyJournal } from "../../src/index.ts";
import { Journal, type JournalOptions } from "../../src/journal/journal.ts";
import { rootSignerOf } from "../../src/privacy/secret.ts";
import { secret } from "./journals.ts";

const service = { name: "test", version: null, instance: "host/1" };

/** A journal without anything around it, and what it told. */
export function openJournal(directory: string, options: Partial<JournalOptions> = {}) {
  const problems: AuditProblem[] = [];
  const gaps: AuditGap[] = [];
  const told: string[] = [];
  const events = new AuditEvents((problem) => {
    problems.push(problem);
    told.push(problem.code);
  });
  events.on("gap", (gap) => gaps.push(gap));
  events.on("recovered", ({ part }) => told.push(`recovered ${part}`));
  events.on("rotated", ({ from, to }) => told.push(`rotated ${from} ${to}`));
  const journal = new Journal({
    directory,
    name: "test",
    root: rootSignerOf(secret, "test"),
    service,
    library: {},
    guarantee: "recorded",
    heartbeatMs: 60_000,
    recordTimeoutMs: 10_000,
    sync: "commit",
    syncIntervalMs: 1000,
    buffer: { entries: 10_000, bytes: 64 << 20 },
    onFailure: "block",
    events,
    ...options,
  });
  return { journal, problems, gaps, told, events };
}

/** An entry of an application's own. */
export function draftOf(text: string, metadata: JsonObject = {}): EntryDraft {
  return draftEntry({
    event_type: "test.event",
    service,
    status: "success",
    attribution: { how: "no_context", source: null },
    timestamp: new Date().toISOString(),
    metadata: { text, ...metadata },
  });
}

/** What became of each, in the order they were made. */
export async function outcomesOf(appended: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(appended);
  return settled.map((each) => (each.status === "rejected" ? (each.reason.code as string) : "recorded"));
}

/** What a verification in an hour says. */
export function verification(directory: string) {
  return verifyJournal(directory, {
    key: publicKeyOf(secret, "test"),
    now: new Date(Date.now() + 3_600_000),
  });
}
