import type { AuditHealth } from "./audit-health.ts";

/** What is looked at to say how a log is. */
export interface Observed extends Omit<AuditHealth, "status" | "refusing" | "reasons"> {
  /** What a call that began now would be refused with. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** What is to be said of the disk; null when it has room. */
  readonly littleRoom: string | null;
  /** What may wait in memory. */
  readonly buffer: { readonly entries: number; readonly bytes: number };
}
