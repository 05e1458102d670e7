import type { Identity } from "../audit-context.ts";
import { AuditError } from "../audit-error.ts";
import { didYouMean } from "../nearest-name.ts";
import type { AuditScope } from "../scope.ts";
import { joinedLayers, metadataLayer, metadataOf, noMetadata } from "./bounded-metadata.ts";
import { boundedText } from "./bounded-text.ts";
import { draftEntry } from "./draft-entry.ts";
import type { AuditStatus, EntryDraft, ServiceFacts } from "./entry.ts";

/** An event of the application's own, for {@link AuditLog.record}. */
export interface RecordedEvent {
  /** Lower-case words with at least one dot, such as `answer.approved`; not beginning `audit.`, at most 64 characters. */
  readonly event_type: string;
  /** Whoever is named here has the tenant and the session of the context, if it has any. @default the user of the present scope */
  readonly user_id?: string | number | bigint;
  readonly model?: string;
  /** @default "success" */
  readonly status?: AuditStatus;
  readonly error_type?: string;
  readonly error_message?: string;
  /** @default now */
  readonly timestamp?: Date;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const members: { readonly [name in keyof RecordedEvent]-?: true } = {
  event_type: true,
  user_id: true,
  model: true,
  status: true,
  error_type: true,
  error_message: true,
  timestamp: true,
  metadata: true,
};
const statuses: ReadonlySet<unknown> = new Set<AuditStatus>(["success", "error", "aborted", "unknown"]);
// Names without a dot, and those beginning `audit.`, are the library's: those it has and those it will have.
const eventType = /^(?!audit\.)(?=.{1,64}$)[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/**
 * @param identity who it names, or whoever the scope is for
 * @throws AuditError `INVALID_ENTRY`
 */
export function draftOfEvent(
  event: RecordedEvent,
  identity: Identity,
  scope: AuditScope | null,
  service: ServiceFacts,
): EntryDraft {
  if (typeof event.event_type !== "string" || !eventType.test(event.event_type)) {
    throw new AuditError(
      "INVALID_ENTRY",
      `${JSON.stringify(boundedText(event.event_type))} is no event type: use lower-case words joined by dots ("answer.approved"), not beginning "audit.", at most 64 characters.`,
    );
  }
  const names = Object.keys(members);
  const unknown = Object.keys(event).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) {
    // What was left out silently would be missed when it is too late to record it.
    throw new AuditError(
      "INVALID_ENTRY",
      `An event has no member "${boundedText(unknown)}".${didYouMean(unknown, names)} It has: ${names.join(", ")}. What is your own belongs into metadata.`,
    );
  }
  const timestamp = event.timestamp ?? new Date();
  if (!(timestamp instanceof Date) || Number.isNaN(timestamp.getTime())) {
    throw new AuditError("INVALID_ENTRY", `The timestamp of ${event.event_type} is no valid Date.`);
  }
  const { status = "success" } = event;
  if (!statuses.has(status)) {
    throw new AuditError(
      "INVALID_ENTRY",
      `The status of ${event.event_type} is none of ${[...statuses].join(", ")}.`,
    );
  }
  return draftEntry({
    ...identity,
    event_type: event.event_type,
    timestamp: timestamp.toISOString(),
    service,
    request: scope?.request() ?? null,
    model: boundedText(event.model),
    status,
    error_type: boundedText(event.error_type),
    error_message: boundedText(event.error_message, 500),
    metadata: metadataOf(joinedLayers(scope?.metadataLayer() ?? noMetadata, metadataLayer(event.metadata))),
  });
}
