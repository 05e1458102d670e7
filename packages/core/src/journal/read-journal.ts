import { join } from "node:path";
import type { AuditEntry, AuditStatus } from "../entry/entry.ts";
import { parseLine } from "../seal/line.ts";
import { dayOfFile, journalFiles } from "./journal-file.ts";
import { readLines } from "./read-lines.ts";

/** Which entries to read. Every condition given must hold. */
export interface JournalFilter {
  readonly userId?: string;
  /** An exact model name, or a prefix ending in `*`: `openai/*`. */
  readonly model?: string;
  readonly status?: AuditStatus;
  /** An exact event type, or a prefix ending in `*`. */
  readonly eventType?: string;
  /** Entries whose `timestamp` is this or later. */
  readonly since?: Date;
  /** Entries whose `timestamp` is before this. */
  readonly until?: Date;
  /** Whether to include the entries the log writes about itself (`audit.*`). @default only when `eventType` asks for them */
  readonly system?: boolean;
}

export interface ReadJournalOptions extends JournalFilter {
  /** Told of each line that is not an entry. */
  readonly onSkipped?: (line: { readonly file: string; readonly line: number }) => void;
}

const rememberedIds = 65_536;

/**
 * The entries of a journal directory in the order they were written, each `id` once. Lines that are not entries are
 * skipped, never thrown. Nothing is verified here: that is {@link verifyJournal}.
 */
export async function* readJournal(
  directory: string,
  options: ReadJournalOptions = {},
): AsyncGenerator<AuditEntry> {
  const wanted = matcherOf(options);
  // An entry can stand in the journal twice when a commit failed half-way and was written again.
  const recent = new Set<string>();
  for (const file of journalFiles(directory)) {
    if (options.since && dayOfFile(file)! < options.since.toISOString().slice(0, 10)) continue;
    for await (const { bytes, number } of readLines(join(directory, file))) {
      const entry = entryOf(bytes);
      if (entry === null) options.onSkipped?.({ file, line: number });
      else if (wanted(entry) && !recent.has(entry.id)) {
        recent.add(entry.id);
        if (recent.size > rememberedIds) recent.delete(recent.values().next().value!);
        yield entry;
      }
    }
  }
}

/** The entry a line holds, or null when it holds none. */
export function entryOf(line: Buffer): AuditEntry | null {
  if (parseLine(line) === null) return null;
  try {
    const value = JSON.parse(line.toString()) as Partial<AuditEntry> | null;
    const complete =
      typeof value?.id === "string" &&
      typeof value.log === "string" &&
      Number.isSafeInteger(value.seq) &&
      typeof value.timestamp === "string" &&
      typeof value.event_type === "string";
    return complete ? (value as AuditEntry) : null;
  } catch {
    return null;
  }
}

function matcherOf(filter: JournalFilter): (entry: AuditEntry) => boolean {
  const since = filter.since?.toISOString();
  const until = filter.until?.toISOString();
  const system = filter.system === true || filter.eventType?.startsWith("audit.") === true;
  return (entry) =>
    (system || !entry.event_type.startsWith("audit.")) &&
    (filter.userId === undefined || entry.user_id === filter.userId) &&
    (filter.model === undefined || matches(entry.model, filter.model)) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.eventType === undefined || matches(entry.event_type, filter.eventType)) &&
    (since === undefined || entry.timestamp >= since) &&
    (until === undefined || entry.timestamp < until);
}

function matches(value: string | null, pattern: string): boolean {
  if (value === null) return false;
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
