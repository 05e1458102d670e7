import type { JournalFileFacts } from "./file-facts.ts";
import type { PlannedCut } from "./tombstone.ts";

export type RetentionAction = "delete" | "archive" | "stay";

/** What is to be done with a file, and why it is not more. */
export interface PlannedFile {
  readonly file: string;
  readonly day: string;
  /** As it is stored. */
  readonly bytes: number;
  readonly action: RetentionAction;
  /** When it may be archived and deleted, RFC 3339 in UTC; null: never. */
  readonly archiveDue: string | null;
  readonly deleteDue: string | null;
  /** Why it stays, or is only archived. */
  readonly because: readonly string[];
  /** Of a file that is due for something. */
  readonly facts: JournalFileFacts | null;
  /** Of one that is deleted. */
  readonly cuts: readonly PlannedCut[];
}
