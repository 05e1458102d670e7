import type { AuditStatus } from "../entry/entry.ts";

/** Which entries to read. Every condition given must hold. */
export interface JournalFilter {
  /** As the application knows the user, or as the entry names it. */
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
  /** Whether to include the entries the log writes about itself (`audit.*`, `call_started`). @default only when `eventType` asks for them */
  readonly system?: boolean;
}
