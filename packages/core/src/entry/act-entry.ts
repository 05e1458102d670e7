import { v7 as uuidv7 } from "uuid";
import type { Identity } from "../audit-context.ts";
import { AuditError } from "../audit-error.ts";
import { placeInWords } from "../privacy/place-in-words.ts";
import type { AuditScope } from "../scope.ts";
import { metadataLayer, metadataOf } from "./bounded-metadata.ts";
import { boundedText } from "./bounded-text.ts";
import { systemEntry } from "./draft-entry.ts";
import type { AuditStatus, EntryDraft, ServiceFacts } from "./entry.ts";

const acts = ["read", "exported", "reconciled"] as const;

/** Something that is done with the log itself, for {@link AuditLog.recordAct}. */
export interface AuditAct {
  /**
   * It becomes the event type, behind `audit.`. `read`: entries are shown or counted; `exported`: they are handed over;
   * `reconciled`: they are compared with what others have of them.
   */
  readonly act: (typeof acts)[number];
  /** In what way: `query`, `report`, … One lower-case word of at most 32 letters, digits and `_`. */
  readonly doing: string;
  /** What it is done to: a directory, or a URL, of which nothing secret is kept. */
  readonly source?: string;
  /** What was asked for. Bounded, and secrets masked, as metadata is. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** How an act came to its end. */
export interface ActEnd {
  /** `stopped`: whoever did it had enough. */
  readonly outcome: "complete" | "stopped" | "failed";
  /** How many entries, or rows of an answer, were handed out. @default nobody counted */
  readonly rows?: number;
  /** What came of it, in few words and numbers. Bounded as metadata is. @default nothing is said */
  readonly found?: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly error?: unknown;
}

/** An act that was written down, and may be done. */
export interface ActUnderWay {
  /** A UUID, the same in both of its entries. */
  readonly id: string;
  /**
   * Writes down that it is over. Called again, it is the same end.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `LOG_CLOSED`, `SINK_UNAVAILABLE`
   */
  ended(end: ActEnd): Promise<void>;
}

const oneWord = /^[a-z][a-z0-9_]{0,31}$/;

const statuses: Readonly<Record<ActEnd["outcome"], AuditStatus>> = {
  complete: "success",
  stopped: "aborted",
  failed: "error",
};

/** The entry that stands before the act. @throws AuditError `INVALID_ENTRY` */
export function draftOfAct(
  { act, doing, source, parameters }: AuditAct,
  identity: Identity,
  scope: AuditScope | null,
  service: ServiceFacts,
): { readonly id: string; readonly draft: EntryDraft } {
  if (!acts.includes(act)) throw invalid("act", act, acts.map((each) => `"${each}"`).join(", "));
  if (typeof doing !== "string" || !oneWord.test(doing)) throw invalid("doing", doing, "one lower-case word");
  const id = uuidv7();
  const detail = {
    act_id: id,
    state: "begun",
    doing,
    source: boundedText(placeInWords(source ?? ""), 1024),
    parameters: metadataOf(metadataLayer(parameters)),
  };
  const who = { ...identity, request: scope?.request() ?? null, metadata: scope?.metadata() ?? {} };
  return { id, draft: systemEntry(act, service, new Date(), detail, who) };
}

/** The entry that stands behind it: the same but for how it ended. */
export function endOfAct(begun: EntryDraft, { outcome, rows, found, error }: ActEnd, now: Date): EntryDraft {
  const duration_ms = Math.max(0, now.getTime() - Date.parse(begun.timestamp));
  return {
    ...begun,
    id: uuidv7(),
    status: statuses[outcome],
    error_type: typeOf(error),
    error_message: messageOf(error),
    detail: {
      ...begun.detail,
      state: "ended",
      outcome,
      rows: rows ?? null,
      ...(found && { found: metadataOf(metadataLayer(found)) }),
      duration_ms,
    },
  };
}

function invalid(name: string, value: unknown, rule: string): AuditError {
  const given = JSON.stringify(boundedText(String(value)));
  return new AuditError(
    "INVALID_ENTRY",
    `An act cannot be recorded: its "${name}" is ${given}, and must be ${rule}.`,
  );
}

/** The code of an error that has one, else its name. */
function typeOf(error: unknown): string | null {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return boundedText(code, 64) ?? boundedText(name, 64);
}

function messageOf(error: unknown): string | null {
  return boundedText((error as { readonly message?: unknown } | null | undefined)?.message, 500);
}
