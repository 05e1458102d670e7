import type { Days } from "./days.ts";

/** What is taken out of a journal: which days, and whether it has files of others. */
export interface Excerpt {
  readonly days: Days;
  readonly left_out: { readonly earlier_files: number; readonly later_files: number };
}
