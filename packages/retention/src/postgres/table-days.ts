import { createHash } from "node:crypto";
import { type AuditSource, type SourceDay, type SourceSnapshot } from "@openrouter-audit/core";
import { type Cut, EntryLines, LineSplitter } from "@openrouter-audit/core/seal";
import { linkedTimes } from "../file-facts.ts";
import type { Hold } from "../hold/hold.ts";
import { HoldWatch } from "../hold/hold-watch.ts";
import { type LogInFile, LogTrees } from "../log-trees.ts";

/** What is known of a day of a table before something is done with it. */
export interface TableDay {
  /** The UTC day, which stands for the name of a file. */
  readonly file: string;
  /** The first of the partitions that its lines are in. */
  readonly since: string;
  readonly lines: number;
  /** Of its lines, each with LF, in the order in which the table gives them; as is the next. */
  readonly bytes: number;
  readonly sha256: string;
  /** `recorded_at` of its newest entry, or when a log that it links began; null when it has none. */
  readonly newest: string | null;
  readonly logs: readonly LogInFile[];
  /** Holds that cover an entry of it. */
  readonly holding: readonly Hold[];
}

/** Days whose partitions hold lines of each other, because a clock was set back: they go together. Usually one day. */
export type DayGroup = readonly SourceDay[];

/** The days in groups, oldest first. */
export function groupsOf(days: readonly SourceDay[]): DayGroup[] {
  const groups: SourceDay[][] = [];
  for (const day of days) {
    const since = day.recordedSince ?? day.day;
    const joined: SourceDay[] = [];
    while (groups.length > 0 && groups.at(-1)!.at(-1)!.day >= since) joined.unshift(...groups.pop()!);
    groups.push([...joined, day]);
  }
  return groups;
}

/** Reads days of a table, the oldest first: the trees of the logs grow from one to the next. */
export class TableDays {
  readonly #trees: LogTrees;
  readonly #active: readonly Hold[];

  constructor(cuts: readonly Cut[], active: readonly Hold[]) {
    this.#trees = new LogTrees(cuts);
    this.#active = active;
  }

  async read({ day, recordedSince: since = day, lines: linesOf }: SourceDay): Promise<TableDay> {
    const contents = createHash("sha256");
    const splitter = new LineSplitter();
    const entries = new EntryLines();
    const watch = new HoldWatch(this.#active);
    let [lines, bytes] = [0, 0];
    let newest: string | null = null;
    for await (const { line } of linesOf()) {
      const block = Buffer.from(`${line}\n`);
      contents.update(block);
      bytes += block.length;
      lines += 1;
      for (const each of splitter.push(block)) {
        const read = entries.read(each);
        watch.seeLine(each.bytes, read);
        if (!read) continue;
        for (const time of [read.recordedAt, ...linkedTimes(read)])
          if (newest === null || time > newest) newest = time;
        this.#trees.add(read);
      }
    }
    const sha256 = contents.digest("hex");
    return {
      file: day,
      since,
      lines,
      bytes,
      sha256,
      newest,
      logs: this.#trees.endFile(),
      holding: watch.holding,
    };
  }
}

/** Lets something be done with what a source has at one moment. */
export async function withSnapshot<T>(
  source: AuditSource,
  work: (snapshot: SourceSnapshot) => Promise<T>,
): Promise<T> {
  const snapshot = await source.snapshot();
  try {
    return await work(snapshot);
  } finally {
    await snapshot.close();
  }
}
