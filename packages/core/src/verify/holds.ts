import type { AuditEntry } from "../entry/entry.ts";

/** What a hold covers: entries to which all of it applies. */
export interface HoldTerms {
  /** Entries of these users: by `user_id`, and by `claimed_user`, which nobody vouches for. @default everybody's */
  readonly users?: readonly string[];
  /** RFC 3339; entries from this moment on. */
  readonly since?: string;
  /** RFC 3339; entries before this moment. */
  readonly until?: string;
  readonly everything?: true;
}

/** Who did something with a hold, when, and where that is noted in the anchor log. */
export interface HoldAct {
  readonly by: string | null;
  readonly on_behalf_of: string | null;
  readonly at: string;
  readonly seq: number;
  readonly reason: string;
}

/** A legal hold: what it covers is not deleted until it is released. docs/retention.md, "Legal hold". */
export interface Hold extends HoldTerms {
  /** A UUID. */
  readonly hold: string;
  readonly reason: string;
  readonly added: HoldAct;
  /** Null as long as it holds. */
  readonly released: HoldAct | null;
}

/**
 * The holds that an anchor log tells of, oldest first. What is noted there is never edited: a release is a note of its own.
 *
 * @param notes of an anchor log that was verified: `anchoredHeads(…).notes`
 */
export function holdsIn(notes: readonly AuditEntry[]): {
  readonly active: readonly Hold[];
  readonly released: readonly Hold[];
} {
  const holds = new Map<string, Hold>();
  for (const note of notes) {
    const { action, hold } = note.detail ?? {};
    if (note.event_type !== "audit.hold" || typeof hold !== "string") continue;
    const known = holds.get(hold);
    if (action === "add" && !known) holds.set(hold, addedBy(note, hold));
    if (action === "release" && known && !known.released)
      holds.set(hold, { ...known, released: actOf(note) });
  }
  const all = [...holds.values()];
  return {
    active: all.filter(({ released }) => released === null),
    released: all.filter(({ released }) => released !== null),
  };
}

function addedBy(note: AuditEntry, hold: string): Hold {
  const { users, since, until, everything } = (note.detail ?? {}) as HoldTerms;
  const added = actOf(note);
  return {
    hold,
    ...(Array.isArray(users) && { users: users.map(String) }),
    ...(typeof since === "string" && { since }),
    ...(typeof until === "string" && { until }),
    ...(everything === true && { everything }),
    reason: added.reason,
    added,
    released: null,
  };
}

function actOf({ user_id, metadata, recorded_at, seq, detail }: AuditEntry): HoldAct {
  const behalf = metadata?.on_behalf_of;
  const on_behalf_of = typeof behalf === "string" ? behalf : null;
  return { by: user_id ?? null, on_behalf_of, at: recorded_at, seq, reason: String(detail?.reason ?? "") };
}
