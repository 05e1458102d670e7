import type { PlannedFile } from "./planned-file.ts";

export interface RetainedFile extends PlannedFile {
  readonly done: "deleted" | "archived" | "stays" | "failed";
  /** The size of its archive, when one was made. */
  readonly archiveBytes: number | null;
  /** Why it failed, in words. What was noted then is done by the next run. */
  readonly error: string | null;
}
