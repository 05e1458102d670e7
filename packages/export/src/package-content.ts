import { mkdir } from "node:fs/promises";
import { basename } from "node:path";
import { type AuditEntry, identifierOf, type JournalVerification } from "@openrouter-audit/core";
import { byBytes } from "./bag/bag-path.ts";
import { BagWriter } from "./bag/bag-writer.ts";
import { addAnchors, anchorFolder, anchorsOf, notesIn } from "./content/anchors.ts";
import { type Days, daysOf } from "./content/days.ts";
import { type FileDays, fileDaysOf } from "./content/file-days.ts";
import { type ExportKeys, exportKeys } from "./content/keys.ts";
import { type LaterLine, laterLines } from "./content/later-lines.ts";
import { PopulationCount } from "./content/population.ts";
import {
  checkAllThere,
  checkSomeJournal,
  copyInto,
  type Segments,
  segmentsOf,
  steadySegmentsOf,
} from "./content/segments.ts";
import type { Wanted } from "./content/selection.ts";
import { inPackage, verifyExcerpt } from "./content/verification.ts";
import { verifyWhole, type WholeJournal, wholeOf } from "./content/whole-journal.ts";
import { countedBytes, type OnBytes } from "./counted-bytes.ts";
import type { ExportOptions } from "./export-options.ts";
import type { Staging } from "./staging.ts";

/** A copy of what a package is made from: the journal is not looked at again. */
export interface CopiedJournal {
  readonly days: Days;
  readonly segments: Segments;
  readonly keys: ExportKeys;
  /** Where the files are: the package itself, or a place beside it when it gets only some of their lines. */
  readonly logs: BagWriter;
  readonly logPaths: readonly string[];
  /** Where the anchor log is; null when there is none. */
  readonly anchors: BagWriter | null;
  /** What it notes of the files, as far as it verifies; null without one. */
  readonly notes: readonly AuditEntry[] | null;
  /** What of these days is in no file. */
  readonly fileDays: FileDays;
  readonly wanted: Wanted | null;
  readonly verification: JournalVerification;
  /** How logs of these days go on. */
  readonly later: readonly LaterLine[];
  /** What verification found of all files of the journal. */
  readonly whole: WholeJournal;
}

/** Copies the files of the days, and verifies the copies; and the journal that they are from. */
export async function copyJournal(
  directory: string,
  bag: BagWriter,
  staging: Staging,
  options: ExportOptions,
): Promise<CopiedJournal> {
  const { since, until, signal, onProgress, now = new Date() } = options;
  const keys = exportKeys(directory, options.key, options.rotations ?? []);
  const days = daysOf(since, until);
  const before = segmentsOf(directory, days);
  const wanted = wantedOf(options);
  const aside = new BagWriter(staging.at("aside"));
  const logs = wanted === null ? bag : aside;
  // First: what it knows of the logs must not be newer than they are.
  const place = anchorsOf(directory, options.anchors);
  const anchors = wanted?.form === "subject" ? aside : bag;
  if (place !== null) await addAnchors(anchors, place);
  const segments = steadySegmentsOf(directory, days);
  checkSomeJournal(segments, place, directory);
  // And a tombstone must be in it of what is gone.
  checkAllThere(before, segments, directory);
  const totalBytes = [...segments.sizes.values()].reduce((sum, size) => sum + size, 0);
  const onBytes = countedBytes(onProgress, "copying", totalBytes);
  const names = [...segments.sizes.keys()].sort(byBytes);
  for (const name of names) {
    const size = segments.sizes.get(name);
    await copyInto(logs, `data/logs/${name}`, directory, name, { size, onBytes, signal });
  }
  await mkdir(logs.at("data/logs"), { recursive: true, mode: 0o700 });
  const vkeys = keys.trust.keys.map(({ vkey }) => vkey);
  const later = await laterLines(directory, segments.later, days.last, vkeys, signal);
  const terms = {
    key: keys.key,
    rotations: [...keys.folders],
    now,
    onProgress: (done: { readonly bytes: number; readonly totalBytes: number }) => {
      signal?.throwIfAborted();
      onProgress?.({ doing: "verifying", ...done });
    },
  };
  const copiedAnchors = place === null ? null : anchors.at(anchorFolder);
  const excerpt = { days, left_out: segments.left_out };
  const found = await verifyExcerpt(logs.at("data/logs"), excerpt, later, {
    ...terms,
    anchors: copiedAnchors,
  });
  const isWhole = segments.left_out.earlier_files + segments.left_out.later_files === 0;
  const whole = isWhole ? wholeOf(found, names) : await verifyWhole(directory, { ...terms, anchors: place });
  const notes = place === null ? null : await notesIn(anchors, vkeys);
  checkAllThere(segments, segmentsOf(directory, days), directory);
  return {
    days,
    segments,
    keys,
    logs,
    logPaths: names.map((name) => `data/logs/${name}`),
    anchors: place === null ? null : anchors,
    notes,
    fileDays: fileDaysOf(excerpt, names, notes ?? [], now),
    wanted,
    later,
    whole,
    verification: inPackage({ ...found, keySource: keys.keySource }, [bag.directory, aside.directory]),
  };
}

/** To be told of each file of the copy with which something is done. */
export function filesOf<Doing extends string>(
  { segments: { sizes } }: CopiedJournal,
  onProgress: OnBytes<Doing> | undefined,
  doing: Doing,
): (path: string) => void {
  const totalBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const onBytes = countedBytes(onProgress, doing, totalBytes);
  return (path) => onBytes(sizes.get(basename(path)) ?? 0);
}

/** The same files, counted. */
export function countCopy(
  copied: CopiedJournal,
  { signal, onProgress }: Pick<ExportOptions, "signal" | "onProgress">,
): Promise<PopulationCount> {
  const onFile = filesOf(copied, onProgress, "counting");
  return PopulationCount.of(copied.logs.directory, copied.logPaths, { signal, onFile });
}

/** Which entries are wanted; null: all. */
export function wantedOf({ since, until, users, subject }: ExportOptions): Wanted | null {
  const ids = subject === undefined ? users : [subject];
  if (ids === undefined) return null;
  const form = subject === undefined ? "users" : "subject";
  return { form, users: [...new Set(ids.map((id) => identifierOf(id) ?? id))], since, until };
}
