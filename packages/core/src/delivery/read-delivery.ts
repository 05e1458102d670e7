import { existsSync, readdirSync } from "node:fs";
import { contentOf } from "../journal/content-of.ts";
import { holderOf } from "../journal/directory-lock.ts";
import { isArchive } from "../journal/file-names.ts";
import { readLines } from "../journal/read-lines.ts";
import { type Cursor, newCursor, parseCursor, start } from "./cursor.ts";
import { cursorPath, deliveryDirectory, lockName, rejectedPath } from "./delivery-paths.ts";
import { movePlace, movesOf } from "./file-pairs.ts";
import { FileReading } from "./file-reading.ts";
import { bytesBehind, type FileSize, fileSizes } from "./file-sizes.ts";
import { sinkName } from "./sink-name.ts";
import { messageOf } from "./sink-write.ts";

/** How the delivery to one sink stands, as its files say. */
export interface DeliveryReport {
  readonly sink: string;
  /** The path of the cursor. */
  readonly cursor: string;
  /** Entries delivered, and set aside, since the sink was new, by whichever process. */
  readonly delivered: number;
  readonly rejected: number;
  /** RFC 3339 in UTC. When the cursor was written last; null when there is none. */
  readonly updatedAt: string | null;
  /** Whether callers wait for it, as the process that delivers says; null when it does not say. */
  readonly required: boolean | null;
  /** Since when the sink takes nothing, or not in the time that callers wait; null when it does. */
  readonly failingSince: string | null;
  /** What its last failure said, as it stands in the cursor, until it is over. Untrusted text. */
  readonly lastError: string | null;
  /** Who delivers, or died over it; null when nobody does. */
  readonly holder: {
    readonly pid: number;
    readonly host: string;
    readonly life: "alive" | "dead" | "unknown";
  } | null;
  /** What is not delivered. `oldest` is when the oldest of it was recorded, `files` are those that it stands in. */
  readonly behind: {
    readonly entries: number;
    readonly bytes: number;
    readonly oldest: string | null;
    readonly files: readonly string[];
  };
  /** The dead letters there are now. */
  readonly deadLetters: {
    readonly path: string;
    readonly count: number;
    /** The most frequent first. */
    readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  };
  /** What cannot be used: the cursor, or a file of the journal. */
  readonly problems: readonly string[];
}

export interface ReadDeliveryOptions {
  /** Told how much of what is not delivered was read. */
  readonly onProgress?: (done: { readonly bytes: number; readonly totalBytes: number }) => void;
}

const cursorName = new RegExp(`^(${sinkName.form})\\.json$`);
const rejectedName = new RegExp(`^(${sinkName.form})\\.rejected\\.jsonl$`);

/**
 * How the delivery from a journal to each of its sinks stands. Changes nothing, whoever delivers meanwhile.
 *
 * @throws the file system's error when the directory, or a file in it, cannot be read
 */
export async function readDelivery(
  directory: string,
  { onProgress = () => undefined }: ReadDeliveryOptions = {},
): Promise<DeliveryReport[]> {
  const reports: DeliveryReport[] = [];
  for (const sink of sinksOf(directory)) reports.push(await reportOf(directory, sink, onProgress));
  return reports;
}

function sinksOf(directory: string): string[] {
  const folder = deliveryDirectory(directory);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const sinks = names.flatMap((name) => (cursorName.exec(name) ?? rejectedName.exec(name))?.[1] ?? []);
  return [...new Set(sinks)].sort();
}

async function reportOf(
  directory: string,
  sink: string,
  onProgress: NonNullable<ReadDeliveryOptions["onProgress"]>,
): Promise<DeliveryReport> {
  const problems: string[] = [];
  const { files, ...cursor } = cursorOf(directory, sink, problems);
  return {
    ...cursor,
    cursor: cursorPath(directory, sink),
    holder: holderOf(deliveryDirectory(directory), lockName(sink)),
    behind: await behindOf(directory, files, problems, onProgress),
    deadLetters: await deadLettersOf(rejectedPath(directory, sink)),
    problems,
  };
}

function cursorOf(directory: string, sink: string, problems: string[]): Cursor {
  const path = cursorPath(directory, sink);
  const text = contentOf(path);
  if (text === null) return newCursor(sink);
  try {
    return parseCursor(text, sink);
  } catch (error) {
    problems.push(`${path} cannot be used: ${messageOf(error)}`);
    return newCursor(sink);
  }
}

async function behindOf(
  directory: string,
  noted: Cursor["files"],
  problems: string[],
  onProgress: NonNullable<ReadDeliveryOptions["onProgress"]>,
): Promise<DeliveryReport["behind"]> {
  const behind = { entries: 0, bytes: 0, oldest: null as string | null, files: [] as string[] };
  const there = fileSizes(directory);
  const places = new Map(noted);
  for (const move of movesOf(
    directory,
    there.map(({ name }) => name),
    noted,
  ))
    movePlace(places, move);
  const files = there.filter((file) => bytesBehind(file, places) > 0 || isCut(file, places));
  const totalBytes = files.reduce((bytes, file) => bytes + file.size, 0);
  let bytes = 0;
  for (const file of files) {
    const reading = new FileReading(directory, file, places.get(file.name) ?? start);
    try {
      do {
        for (let parcel = reading.next(); parcel; parcel = reading.next()) {
          behind.entries += 1;
          if (behind.files.at(-1) !== file.name) behind.files.push(file.name);
          behind.bytes += parcel.bytes + 1;
          if (behind.oldest === null || parcel.recordedAt < behind.oldest) behind.oldest = parcel.recordedAt;
        }
        onProgress({ bytes: bytes + Math.min(reading.place.offset, file.size), totalBytes });
      } while (await reading.readOn());
    } catch (error) {
      problems.push(`${file.name} cannot be read on from where delivery is: ${messageOf(error)}`);
    } finally {
      await reading.close();
    }
    bytes += file.size;
  }
  return behind;
}

/** Whether a file is shorter than what was delivered of it. */
function isCut({ name, size }: FileSize, places: Cursor["files"]): boolean {
  return !isArchive(name) && size < (places.get(name)?.offset ?? 0);
}

async function deadLettersOf(path: string): Promise<DeliveryReport["deadLetters"]> {
  const reasons = new Map<string, number>();
  let count = 0;
  if (existsSync(path)) {
    for await (const { bytes } of readLines(path)) {
      const reason = reasonIn(bytes);
      if (reason === null) continue;
      count += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  const counted = [...reasons].map(([reason, times]) => ({ reason, count: times }));
  return { path, count, reasons: counted.sort((a, b) => b.count - a.count) };
}

function reasonIn(line: Buffer): string | null {
  try {
    const { reason } = JSON.parse(line.toString()) as { reason?: unknown };
    return typeof reason === "string" ? reason : null;
  } catch {
    return null;
  }
}
