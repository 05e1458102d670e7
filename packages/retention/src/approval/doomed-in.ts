import type { PlannedFile } from "../planned-file.ts";
import { type DoomedFile, doomedFiles } from "./plan-digest.ts";

/** What a plan deletes, in that order: what a second person approves. */
export function doomedIn(files: readonly PlannedFile[]): DoomedFile[] {
  return doomedFiles(files.flatMap(({ action, facts }) => (action === "delete" && facts ? [facts] : [])));
}
