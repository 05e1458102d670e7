import { join } from "node:path";
import type { JsonObject, JsonValue } from "@openrouter-audit/core";
import type { EntryLine } from "@openrouter-audit/core/seal";
import { type LogContent, linesIn } from "./log-lines.ts";

/** How much of a log there is. */
export interface LogPopulation {
  readonly log: string;
  readonly entries: number;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly first_recorded_at: string;
  readonly last_recorded_at: string;
}

/** What a reconciliation with OpenRouter's records came to: docs/reconcile.md, "The record of it". */
export interface RecordedReconciliation {
  readonly log: string;
  readonly seq: number;
  readonly recorded_at: string;
  readonly outcome: JsonValue;
  readonly since: JsonValue;
  readonly until: JsonValue;
  readonly keys: JsonValue;
  readonly found: JsonValue;
}

export interface DayPopulation {
  readonly entries: number;
  readonly by_event_type: Counts;
  readonly by_status: Counts;
}

type Counts = { readonly [name: string]: number };

/** What can be counted again from the lines of a package. docs/export.md, "Reports". */
export interface Population {
  readonly files: readonly (LogContent & { readonly file: string })[];
  readonly counts: {
    readonly lines: number;
    readonly entries: number;
    readonly not_entries: number;
    /** Those `audit.…` are about the log, and all others about calls. */
    readonly by_event_type: Counts;
    readonly by_day: { readonly [day: string]: DayPopulation };
  };
  readonly logs: readonly LogPopulation[];
  readonly reconciliations: readonly RecordedReconciliation[];
}

/** What is known to be missing. */
export interface KnownGaps {
  /** Statements of the logs themselves. */
  readonly gaps: readonly {
    readonly log: string;
    readonly seq: number;
    readonly detail: JsonObject | null;
  }[];
  /** Stretches of a log that are not there between two that are. */
  readonly missing: readonly { readonly log: string; readonly from: number; readonly to: number }[];
}

export interface CountOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each file when it was counted. */
  readonly onFile?: (file: string) => void;
}

/** Counts the lines of files. */
export class PopulationCount {
  readonly #files: (LogContent & { file: string })[] = [];
  readonly #logs = new Map<string, { -readonly [Member in keyof LogPopulation]: LogPopulation[Member] }>();
  readonly #days = new Map<string, DayCount>();
  readonly #reconciliations: RecordedReconciliation[] = [];
  readonly #all = new DayCount();
  readonly #gaps: KnownGaps["gaps"][number][] = [];
  readonly #missing: KnownGaps["missing"][number][] = [];
  #entries = 0;

  /** The lines of some files, one after the other. */
  static async of(
    directory: string,
    files: readonly string[],
    { signal, onFile }: CountOptions = {},
  ): Promise<PopulationCount> {
    const count = new PopulationCount();
    for (const file of files) {
      signal?.throwIfAborted();
      const lines = linesIn(join(directory, file));
      let next = await lines.next();
      for (; !next.done; next = await lines.next()) if (next.value.entry) count.add(next.value.entry);
      count.#files.push({ file, ...next.value });
      onFile?.(file);
    }
    return count;
  }

  get entries(): number {
    return this.#entries;
  }

  get gaps(): KnownGaps {
    return { gaps: this.#gaps, missing: this.#missing };
  }

  get population(): Population {
    const lines = this.#files.reduce((sum, file) => sum + file.lines, 0);
    const days = [...this.#days].sort(byName).map(([day, count]) => [day, count.population] as const);
    return {
      files: this.#files,
      counts: {
        lines,
        entries: this.#entries,
        not_entries: lines - this.#entries,
        by_event_type: this.#all.population.by_event_type,
        by_day: Object.fromEntries(days),
      },
      logs: [...this.#logs].sort(byName).map(([, log]) => ({ ...log })),
      reconciliations: this.#reconciliations,
    };
  }

  add({ log, seq, recordedAt, eventType, entry }: EntryLine): void {
    this.#entries += 1;
    const day = recordedAt.slice(0, 10);
    const ofDay = this.#days.get(day) ?? new DayCount();
    this.#days.set(day, ofDay);
    const status = typeof entry.status === "string" ? entry.status : "";
    for (const count of [ofDay, this.#all]) count.add(eventType, status);
    if (eventType === "audit.gap") this.#gaps.push({ log, seq, detail: entry.detail ?? null });
    if (eventType === "audit.reconciled" && entry.detail?.state === "ended")
      this.#reconciliations.push({ log, seq, recorded_at: recordedAt, ...reconciled(entry.detail) });
    const known = this.#logs.get(log);
    if (!known) {
      const [first_recorded_at, last_recorded_at] = [recordedAt, recordedAt];
      this.#logs.set(log, {
        log,
        entries: 1,
        first_seq: seq,
        last_seq: seq,
        first_recorded_at,
        last_recorded_at,
      });
      return;
    }
    known.entries += 1;
    if (seq > known.last_seq + 1) this.#missing.push({ log, from: known.last_seq + 1, to: seq - 1 });
    if (seq > known.last_seq) [known.last_seq, known.last_recorded_at] = [seq, recordedAt];
    if (seq < known.first_seq) [known.first_seq, known.first_recorded_at] = [seq, recordedAt];
  }
}

function reconciled({ outcome = null, parameters = null, found = null }: JsonObject) {
  const isObject = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters);
  const { since = null, until = null, keys = null } = isObject ? (parameters as JsonObject) : {};
  return { outcome, since, until, keys, found };
}

class DayCount {
  #entries = 0;
  readonly #types = new Map<string, number>();
  readonly #statuses = new Map<string, number>();

  add(type: string, status: string): void {
    this.#entries += 1;
    this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  get population(): DayPopulation {
    const sorted = (counts: Map<string, number>) => Object.fromEntries([...counts].sort(byName));
    return { entries: this.#entries, by_event_type: sorted(this.#types), by_status: sorted(this.#statuses) };
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
