/** One of several things to be read together. */
export interface TimedSource<T> {
  /** A time that nothing in it is before, as {@link mergeByTime} is told times. */
  readonly from: string;
  readonly read: () => AsyncGenerator<T>;
}

interface Open<T> {
  readonly source: AsyncGenerator<T>;
  readonly next: T;
  readonly time: string;
}

/** As many files a process may surely have open. */
const mostOpen = 256;

/**
 * What stands in several files, by time; what is in one file stays in its order. A file is opened when its time has come: of
 * processes that followed each other, however many, few are open at once.
 *
 * @param timeOf comparable as text
 */
export async function* mergeByTime<T>(
  sources: readonly TimedSource<T>[],
  timeOf: (item: T) => string,
): AsyncGenerator<T> {
  const waiting = [...sources].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const open: Open<T>[] = [];
  const place = async (source: AsyncGenerator<T>, isBefore: (time: string, other: string) => boolean) => {
    const { done, value } = await source.next();
    if (done) return;
    const time = timeOf(value);
    const behind = open.findIndex((other) => isBefore(time, other.time));
    open.splice(behind < 0 ? open.length : behind, 0, { source, next: value, time });
  };
  try {
    for (;;) {
      while (waiting[0] && open.length < mostOpen && !(open[0] && open[0].time < waiting[0].from))
        await place(waiting.shift()!.read(), (time, other) => time < other);
      const first = open[0];
      if (!first) return;
      yield first.next;
      open.shift();
      // What was written at one time by one stays together.
      await place(first.source, (time, other) => time <= other);
    }
  } finally {
    for (const { source } of open) await source.return(undefined);
  }
}
