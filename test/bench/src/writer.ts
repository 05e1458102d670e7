import type { AuditEntry } from "@openrouter-audit/core";
import { type BatchSize, runBatch } from "./batch.ts";
import { answerParent, settingOfChild } from "./child.ts";
import { draftLike } from "./sealed-journal.ts";
import { type WriterName, writers } from "./writers.ts";

/** What a writing process is started with. */
export interface WriterSetting {
  readonly writer: WriterName;
  readonly directory: string;
  readonly entry: AuditEntry;
  /** What the floor writes at once. */
  readonly bytes: number;
}

const { writer, directory, entry, bytes } = settingOfChild<WriterSetting>();
const { write, end } = writers[writer](directory, bytes);

answerParent(async (size: BatchSize) => {
  // Made before: a call makes its entry whoever writes it.
  const drafts = Array.from({ length: writer === "floor" ? 0 : size.calls }, () => draftLike(entry));
  let next = 0;
  return runBatch(async () => {
    await write(drafts[next++]!);
  }, size);
}, end);
