import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  anchorDirectory,
  keepLog,
  noteInAnchorLog,
  type RootSigner,
  refuseNewLog,
  refuseOtherLog,
  rootKeyFor,
} from "@openrouter-audit/anchor";
import { AuditError, type JsonObject } from "@openrouter-audit/core";
import { anchorFile } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { v7 as uuidv7 } from "uuid";
import { aDirectory, aFlag, aPerson, aRootKey, aText, aTime, texts } from "../option-rules.ts";
import { draftOf, oneLine, type Person } from "../person.ts";
import { type Hold, holdsIn } from "./hold.ts";
import { checkedTerms, type WantedHold } from "./hold-terms.ts";

/** Where holds are noted, by whom, and why. */
export interface HoldOptions {
  readonly person: Person;
  /** Why, on one line of at most 1000 characters. */
  readonly reason: string;
  /** The anchor log. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string;
  /** The root key, which signs. @default as `rootKeyFor` finds it */
  readonly root?: RootSigner;
  /** @default the clock */
  readonly now?: () => Date;
}

export type AddHoldOptions = HoldOptions &
  WantedHold & {
    /** Whether an anchor log is begun where there is neither one nor a journal: that of a table. @default false */
    readonly newLog?: boolean;
  };

const longestReason = 1000;

const rules: OptionRules<HoldOptions> = {
  person: aPerson,
  reason: aText,
  anchors: aDirectory,
  root: aRootKey,
  now: aFunction,
};
const addRules: OptionRules<AddHoldOptions> = {
  ...rules,
  users: texts,
  since: aTime,
  until: aTime,
  everything: aFlag,
  newLog: aFlag,
};

/**
 * Puts a legal hold on what a journal has, and will have: retention deletes none of it until the hold is released. Noted, signed with
 * the root key, in the anchor log of the journal; on the disk when this resolves.
 *
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when there is no journal; `JOURNAL_ALREADY_OPEN` while retention or anchoring is at work; `ANCHOR_DAMAGED`;
 * `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 */
export async function addHold(directory: string, options: AddHoldOptions): Promise<Hold> {
  checkOptions("addHold", options, addRules, ["person", "reason"]);
  const hold = uuidv7();
  const terms = checkedTerms(options);
  const reason = oneLine(options.reason, "reason", longestReason);
  return noteHold(
    directory,
    options,
    hold,
    { action: "add", hold, ...terms, reason } as JsonObject,
    (known) => ({
      ...terms,
      hold,
      reason,
      added: known,
      released: null,
    }),
  );
}

/**
 * Releases a hold. Nothing of it is edited or removed: the release is noted behind it.
 *
 * @throws AuditError `UNKNOWN_HOLD` when there is no such hold, or it was released before; and as {@link addHold}
 */
export async function releaseHold(directory: string, hold: string, options: HoldOptions): Promise<Hold> {
  checkOptions("releaseHold", options, rules, ["person", "reason"]);
  const reason = oneLine(options.reason, "reason", longestReason);
  const anchors = options.anchors ?? anchorDirectory(directory);
  // Where there is no anchor log, none is begun for it.
  if (!existsSync(join(anchors, anchorFile))) {
    refuseNewLog(directory, anchors);
    throw unknownHold(hold, `is not noted: there is no anchor log in ${anchors}`);
  }
  return noteHold(directory, options, hold, { action: "release", hold, reason }, (released, known) => ({
    ...known!,
    released,
  }));
}

async function noteHold(
  directory: string,
  {
    person,
    root = rootKeyFor(directory),
    anchors = anchorDirectory(directory),
    now,
    newLog: begin = false,
  }: HoldOptions & {
    readonly newLog?: boolean;
  },
  hold: string,
  detail: JsonObject,
  made: (act: Hold["added"], known: Hold | null) => Hold,
): Promise<Hold> {
  const who = draftOf(person);
  // A hold that retention does not read would be worse than none.
  refuseNewLog(directory, anchors);
  const { result } = await noteInAnchorLog(
    { directory, anchors, root, begin, ...(now && { now }) },
    async (log) => {
      refuseOtherLog(directory, anchors, log.first);
      const known = detail.action === "release" ? activeHold(hold, log.notes, anchors) : null;
      const { seq, recorded_at } = await log.note("hold", detail, who);
      keepLog(directory, log.first!);
      const on_behalf_of = (who.metadata?.on_behalf_of as string | undefined) ?? null;
      const by = who.user_id ?? null;
      return made({ by, on_behalf_of, at: recorded_at, seq, reason: String(detail.reason) }, known);
    },
  ).catch((cause: unknown) => {
    throw busy(cause);
  });
  return result;
}

function activeHold(hold: string, notes: Parameters<typeof holdsIn>[0], anchors: string): Hold {
  const { active, released } = holdsIn(notes);
  const known = active.find((each) => each.hold === hold);
  if (known) return known;
  const before = released.find((each) => each.hold === hold)?.released;
  throw unknownHold(
    hold,
    before
      ? `was released before, on ${before.at} by ${before.by}`
      : `is not in the anchor log in ${anchors}; there are ${active.length} that hold`,
  );
}

function unknownHold(hold: string, why: string): AuditError {
  return new AuditError("UNKNOWN_HOLD", `The hold ${JSON.stringify(hold)} ${why}. Nothing was written.`);
}

function busy(cause: unknown): unknown {
  if (!(cause instanceof AuditError) || cause.code !== "JOURNAL_ALREADY_OPEN") return cause;
  return new AuditError(
    "JOURNAL_ALREADY_OPEN",
    `Retention, archiving or anchoring is at work, and what it does now no hold can stop any more. Nothing was noted: try again when it is over. ${cause.message}`,
    { cause },
  );
}
