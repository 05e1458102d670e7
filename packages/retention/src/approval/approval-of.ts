import { type AuditEntry, AuditError } from "@openrouter-audit/core";
import type { Person } from "../person.ts";
import { type DoomedFile, planDigest } from "./plan-digest.ts";
import { isMixed, isSamePerson } from "./same-person.ts";

/** That somebody agreed to a deletion. */
export interface Approval {
  readonly plan: string;
  readonly by: string;
  readonly at: string;
  /** Where that is noted in the anchor log. */
  readonly seq: number;
}

interface NotedApproval extends Approval {
  readonly note: AuditEntry;
}

const validMs = 7 * 86_400_000;

/**
 * The approval that lets a person delete these files: the newest one of another person, of exactly them, within seven days.
 *
 * @param notes of an anchor log that was verified
 * @param command by which somebody else approves it
 * @throws AuditError `NOT_APPROVED`, which says what is missing
 */
export function approvalOf(
  notes: readonly AuditEntry[],
  files: readonly DoomedFile[],
  { person, now }: { readonly person: Person; readonly now: Date },
  command = "retain approve",
): Approval {
  const plan = planDigest(files);
  const all = notes.flatMap((note) => approvalIn(note) ?? []);
  const same = all.filter((each) => each.plan === plan);
  const who = { user_id: person.id, metadata: person.metadata };
  const others = same.filter(({ note }) => !isSamePerson(note, who) && !isMixed(note));
  const valid = others.filter(({ at }) => {
    const age = now.getTime() - Date.parse(at);
    return age >= 0 && age < validMs;
  });
  const newest = valid.at(-1);
  if (newest) return { plan, by: newest.by, at: newest.at, seq: newest.seq };
  throw new AuditError(
    "NOT_APPROVED",
    `Nothing was deleted: the plan ${plan} needs a second person, and ${whyNot()}. ` +
      `Let somebody else run: openrouter-audit ${command} --plan ${plan}`,
  );

  function whyNot(): string {
    if (others.length > 0)
      return `what ${others.at(-1)!.by} approved on ${others.at(-1)!.at} is not of the last 7 days`;
    const mixed = same.find(({ note }) => !isSamePerson(note, who));
    if (mixed)
      return `${JSON.stringify(mixed.by)}, who approved it, has a name of several alphabets, which may be anybody's`;
    if (same.length > 0) {
      const { by } = same.at(-1)!;
      const called = by === person.id ? "" : `, called ${JSON.stringify(by)} there`;
      return `${person.id}, who wants to delete, is the only one who approved it${called}`;
    }
    if (all.length > 0)
      return `what was approved is another plan (${all.at(-1)!.plan}): the files are others now`;
    return "nobody has approved it";
  }
}

function approvalIn(note: AuditEntry): NotedApproval | null {
  const { event_type, detail, user_id, recorded_at, seq } = note;
  const { action, plan } = detail ?? {};
  const isOne = event_type === "audit.approved" && action === "delete" && typeof plan === "string";
  return isOne && typeof user_id === "string" ? { plan, by: user_id, at: recorded_at, seq, note } : null;
}
