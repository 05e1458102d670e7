/** What a partition has of a log. */
export interface LogInPartition {
  readonly day: string;
  readonly log: string;
  /** The smallest `seq`, and the greatest. */
  readonly first: bigint;
  readonly last: bigint;
}

/** What a day has of a log, as files have it. */
export interface DayOfLog {
  readonly day: string;
  readonly log: string;
  readonly from: bigint;
  /** Before this; null: no limit. */
  readonly until: bigint | null;
  /** The partitions that the lines are in. */
  readonly partitions: readonly string[];
}

/**
 * The days of a log as its files would have them. A partition has what was recorded on a day; a log never goes back to an earlier
 * file, also when its clock is set back (docs/seal.md, "Files"). So what follows a line of a later day belongs to that day.
 */
export function daysOfLog(ofLog: readonly LogInPartition[]): DayOfLog[] {
  const inOrder = [...ofLog].sort((a, b) => (a.day < b.day ? -1 : 1));
  const days: DayOfLog[] = [];
  let until: bigint | null = null;
  let smallest: bigint | null = null;
  for (const { day, log, first } of inOrder.reverse()) {
    const from: bigint = smallest === null || first < smallest ? first : smallest;
    smallest = from;
    if (from === until) continue;
    const end: bigint | null = until;
    const partitions = ofLog
      .filter((part) => part.last >= from && (end === null || part.first < end))
      .map((part) => part.day)
      .sort();
    days.unshift({ day, log, from, until, partitions });
    until = from;
  }
  return days;
}
