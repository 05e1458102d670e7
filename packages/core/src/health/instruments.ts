import type { SinkStatus } from "../delivery/delivery.ts";
import type { AuditHealth } from "./audit-health.ts";

/** A number as it is now; `of` says of what, when there are several. */
interface Reading {
  readonly value: number;
  readonly of?: Readonly<Record<string, string>>;
}

/** One metric, in the terms of OpenTelemetry. A unit in braces counts what it names (UCUM). */
export interface Instrument {
  readonly name: string;
  /** A `counter` only grows, since the process began; an `upDownCounter` may be summed over processes; a `gauge` may not. */
  readonly kind: "counter" | "upDownCounter" | "gauge";
  readonly unit: string;
  readonly description: string;
  readonly read: (health: AuditHealth) => readonly Reading[];
}

const one = (value: number | null | undefined): readonly Reading[] =>
  typeof value === "number" ? [{ value }] : [];

const ofSinks = (read: (sink: SinkStatus) => number) => (health: AuditHealth) =>
  health.sinks.map((sink) => ({ value: read(sink), of: { "openrouter_audit.sink": sink.name } }));

const states = ["ok", "degraded", "failing"] as const;

/** All metrics of an audit log. docs/operations.md lists them for people: a test holds the two together. */
export const instruments: readonly Instrument[] = [
  {
    name: "openrouter_audit.status",
    kind: "upDownCounter",
    unit: "1",
    description: "1 for the state that the log is in (openrouter_audit.state), 0 for the others",
    read: ({ status }) =>
      states.map((state) => ({
        value: state === status ? 1 : 0,
        of: { "openrouter_audit.state": state },
      })),
  },
  {
    name: "openrouter_audit.calls.running",
    kind: "upDownCounter",
    unit: "{call}",
    description: "Calls to the model that are under way",
    read: ({ callsRunning }) => one(callsRunning),
  },
  {
    name: "openrouter_audit.entries.recorded",
    kind: "counter",
    unit: "{entry}",
    description: "Entries that are kept",
    read: ({ journal }) => one(journal.recorded),
  },
  {
    name: "openrouter_audit.entries.lost",
    kind: "counter",
    unit: "{entry}",
    description: "Entries that were lost",
    read: ({ journal }) => one(journal.lost),
  },
  {
    name: "openrouter_audit.buffer.entries",
    kind: "upDownCounter",
    unit: "{entry}",
    description: "Entries that wait in memory to be written",
    read: ({ journal }) => one(journal.waiting.entries),
  },
  {
    name: "openrouter_audit.buffer.size",
    kind: "upDownCounter",
    unit: "By",
    description: "What they take",
    read: ({ journal }) => one(journal.waiting.bytes),
  },
  {
    name: "openrouter_audit.journal.commits",
    kind: "counter",
    unit: "{commit}",
    description: "How often entries were sealed and written to the disk together",
    read: ({ journal }) => one(journal.commits?.count),
  },
  {
    name: "openrouter_audit.journal.commit_time",
    kind: "counter",
    unit: "s",
    description: "How long that took, altogether",
    read: ({ journal }) => (journal.commits ? [{ value: journal.commits.ms / 1000 }] : []),
  },
  {
    name: "openrouter_audit.journal.writable",
    kind: "gauge",
    unit: "1",
    description: "1 when entries can be written, 0 when they cannot",
    read: ({ journal }) => one(journal.failure ? 0 : 1),
  },
  {
    name: "openrouter_audit.journal.size",
    kind: "gauge",
    unit: "By",
    description: "What the journal takes on the disk; only with a quota",
    read: ({ disk }) => one(disk?.quota?.usedBytes),
  },
  {
    name: "openrouter_audit.journal.quota",
    kind: "gauge",
    unit: "By",
    description: "What the journal may take; only with a quota",
    read: ({ disk }) => one(disk?.quota?.quotaBytes),
  },
  {
    name: "openrouter_audit.disk.free",
    kind: "gauge",
    unit: "By",
    description: "What may still be written to the disk of the journal",
    read: ({ disk }) => one(disk?.freeBytes),
  },
  {
    name: "openrouter_audit.disk.total",
    kind: "gauge",
    unit: "By",
    description: "The size of that disk",
    read: ({ disk }) => one(disk?.totalBytes),
  },
  {
    name: "openrouter_audit.sink.delivered",
    kind: "counter",
    unit: "{entry}",
    description: "Entries that a sink has taken (openrouter_audit.sink)",
    read: ofSinks(({ delivered }) => delivered),
  },
  {
    name: "openrouter_audit.sink.rejected",
    kind: "counter",
    unit: "{entry}",
    description: "Entries that were set aside, because a sink will never take them",
    read: ofSinks(({ rejected }) => rejected),
  },
  {
    name: "openrouter_audit.sink.lag",
    kind: "gauge",
    unit: "s",
    description: "How old the oldest entry is that a sink has not taken yet",
    read: ofSinks(({ lag }) => lag.ms / 1000),
  },
  {
    name: "openrouter_audit.sink.backlog",
    kind: "gauge",
    unit: "By",
    description: "What a sink has not taken yet",
    read: ofSinks(({ lag }) => lag.bytes),
  },
  {
    name: "openrouter_audit.sink.failures",
    kind: "gauge",
    unit: "{attempt}",
    description: "How many writes to a sink have failed in a row",
    read: ofSinks(({ failures }) => failures),
  },
];
