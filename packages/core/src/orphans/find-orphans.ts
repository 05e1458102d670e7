import type { AuditEntry } from "../entry/entry.ts";
import { startEvent } from "../entry/event-kind.ts";
import { checkJournalFilter } from "../journal/check-journal-filter.ts";
import { matcherOf } from "../journal/entry-matcher.ts";
import type { JournalFilter } from "../journal/journal-filter.ts";
import { journalLines, type LineOfFile, type SkippedLine, writtenEntryOf } from "../journal/read-journal.ts";
import { parseLine } from "../seal/line.ts";
import type { AuditSource } from "../source.ts";
import { LogFacts } from "./log-facts.ts";
import { looksLike, memberText } from "./quick-look.ts";
import { announcedBy } from "./unknown-entry.ts";

/** A start that has no end. */
export interface Orphan {
  /** The entry `call_started`. */
  readonly start: AuditEntry;
  /** `running` while the log that holds it goes on, `orphaned` when that is over. */
  readonly state: "running" | "orphaned";
}

/** Which orphans: of a start, `eventType` is the type of the entry it announced. */
export interface FindOrphansOptions extends Omit<JournalFilter, "system"> {
  /** Reads only the files of this UTC day (`YYYY-MM-DD`) and later ones. @default all */
  readonly fromDay?: string;
  /** Told of each start, also of those that have their end. */
  readonly onStart?: () => void;
  /** Told of each line that is not an entry. */
  readonly onSkipped?: (line: SkippedLine) => void;
  /** Stops the reading; what was not found by then is left out. */
  readonly signal?: AbortSignal;
}

const rememberedEnds = 65_536;

/**
 * The calls of a journal, or of a store, that began and have no end, in the order they began to be recorded. Reads all twice, and
 * keeps no more in memory than the ids of calls that are open at one time, and a few facts of each log with starts.
 * Nothing is verified here: it shows what the lines say, also those that somebody else wrote. What is written down as `unknown` is proven
 * before.
 *
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when there is no such directory, or a file of it cannot be read
 */
export async function* findOrphans(
  journal: string | AuditSource,
  options: FindOrphansOptions = {},
): AsyncGenerator<Orphan> {
  checkJournalFilter(options, ["fromDay", "onStart", "onSkipped", "signal"]);
  const open = await openStarts(journal, options);
  const matches = matcherOf({ ...options, system: true });
  const stateOf = states(Date.now());
  // A clock that was set back, or a process with a file of its own, may have written an end into an earlier file.
  for await (const { bytes } of linesOf(journal, options)) {
    if (open.size === 0 || options.signal?.aborted) return;
    const id = memberText(bytes, "exchange_id");
    const log = id === null ? undefined : open.get(id);
    if (id === null || !log) continue;
    const entry = writtenEntryOf(bytes);
    if (entry?.exchange_id !== id) continue;
    open.delete(id);
    if (entry.event_type !== startEvent) continue;
    const event_type = announcedBy(entry);
    if (matches(event_type === null ? entry : { ...entry, event_type }))
      yield { start: entry, state: stateOf(log) };
  }
}

/** The state of the open starts of a log, found out once for each. */
function states(now: number): (log: LogFacts) => Orphan["state"] {
  const known = new Map<LogFacts, Orphan["state"]>();
  return (log) => {
    const state = known.get(log) ?? (log.isOver(now) ? "orphaned" : "running");
    known.set(log, state);
    return state;
  };
}

/** The exchanges that have a start and no end behind it, each with the log of its start. */
async function openStarts(
  journal: string | AuditSource,
  options: FindOrphansOptions,
): Promise<Map<string, LogFacts>> {
  const open = new Map<string, LogFacts>();
  const ended = new Set<string>();
  const logs = new Map<string, LogFacts>();
  for await (const { bytes, number, file } of linesOf(journal, options)) {
    if (options.signal?.aborted) break;
    const id = memberText(bytes, "exchange_id");
    const known = logs.get(memberText(bytes, "log") ?? "");
    const isOfInterest =
      known !== undefined ||
      (id !== null && open.has(id)) ||
      looksLike.start(bytes) ||
      looksLike.ofLog(bytes);
    const entry = isOfInterest ? writtenEntryOf(bytes) : null;
    if (!entry) {
      if (isOfInterest || parseLine(bytes) === null) options.onSkipped?.({ file, line: number });
      continue;
    }
    const { event_type, log, exchange_id } = entry;
    if (event_type === startEvent && typeof exchange_id === "string") {
      options.onStart?.();
      const facts = factsIn(logs, log);
      facts.note(entry);
      // A commit that failed half-way was written again: its start may stand behind its end.
      if (!ended.has(exchange_id)) open.set(exchange_id, facts);
      continue;
    }
    if (saysWriteAhead(entry)) factsIn(logs, log);
    logs.get(log)?.note(entry);
    if (typeof exchange_id === "string" && open.delete(exchange_id)) {
      ended.add(exchange_id);
      if (ended.size > rememberedEnds) ended.delete(ended.values().next().value!);
    }
  }
  return open;
}

/** Of a store, lines have the day for a file, and no numbers. */
async function* linesOf(
  journal: string | AuditSource,
  options: FindOrphansOptions,
): AsyncGenerator<Pick<LineOfFile, "bytes" | "number" | "file">> {
  if (typeof journal === "string") {
    yield* journalLines(journal, options);
    return;
  }
  const { days, close } = await journal.snapshot();
  try {
    for (const { day, lines } of days.filter((each) => each.day >= (options.fromDay ?? "")))
      for await (const { line } of lines())
        yield { bytes: Buffer.from(line as string), number: 0, file: day };
  } finally {
    await close();
  }
}

/** Whether a log says in this entry that it has a start of each call. */
export function saysWriteAhead({ event_type, detail }: AuditEntry): boolean {
  return event_type.startsWith("audit.") && detail?.guarantee === "write_ahead";
}

export function factsIn(logs: Map<string, LogFacts>, origin: string): LogFacts {
  let facts = logs.get(origin);
  if (!facts) {
    facts = new LogFacts(origin);
    logs.set(origin, facts);
  }
  return facts;
}
