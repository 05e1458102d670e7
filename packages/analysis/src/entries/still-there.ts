import { unreadable } from "../journal/journal-files.ts";

interface FileOfDay {
  readonly path: string;
  readonly name: string;
  readonly day: string;
}

/**
 * That the files of some days that were there when the days were asked for are there, or have been compressed meanwhile: a question that was
 * begun is not to be answered with less.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export function checkStillThere(
  before: readonly FileOfDay[],
  now: readonly FileOfDay[],
  days: ReadonlySet<string>,
): void {
  const there = new Set(now.map(plainName));
  const gone = before.find((file) => days.has(file.day) && !there.has(plainName(file)));
  if (gone) throw unreadable(gone.path, new Error("it is not there any more"));
}

/** `x.jsonl` and `x.jsonl.gz` are one; `x.parquet` and `x.gz.parquet` too. */
const plainName = ({ name }: FileOfDay) => name.replace(/\.gz(?=$|\.parquet$)/, "");
