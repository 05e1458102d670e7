import { type AuditEntry, entryOf, identifierOf } from "@openrouter-audit/core";
import type { Hold, HoldTerms } from "./hold.ts";

/** What of an entry a hold goes by. Nobody has verified the line: any member may be anything. */
type SeenEntry = Pick<AuditEntry, "user_id" | "claimed_user" | "timestamp" | "recorded_at">;

/** Told of the entries of a file or a day, finds which holds cover one of them. */
export class HoldWatch {
  readonly #holding = new Set<Hold>();
  #others: readonly Hold[];

  constructor(active: readonly Hold[]) {
    this.#others = active;
    this.#keep((hold) => hold.everything === true);
  }

  /** The holds that cover what was seen. */
  get holding(): readonly Hold[] {
    return [...this.#holding];
  }

  /** Whether nothing that is still to be seen can change the answer. */
  get isSettled(): boolean {
    return this.#others.length === 0;
  }

  see(entry: SeenEntry): void {
    if (!this.isSettled) this.#keep((hold) => covers(hold, entry));
  }

  /**
   * A line, as it is read. One that is no good line of a log may be an entry all the same: what may be evidence is rather kept.
   *
   * @param read what was made of it already
   */
  seeLine(bytes: Buffer, read: { readonly entry: AuditEntry } | null): void {
    if (this.isSettled) return;
    const entry = read ? read.entry : entryOf(bytes);
    if (entry) this.see(entry);
  }

  #keep(isHolding: (hold: Hold) => boolean): void {
    const found = this.#others.filter(isHolding);
    if (found.length === 0) return;
    for (const hold of found) this.#holding.add(hold);
    this.#others = this.#others.filter((hold) => !this.#holding.has(hold));
  }
}

/** By whom it was, or is said to have been; when it was, or was recorded: what may be evidence is rather kept. */
export function covers({ users, since, until, everything }: HoldTerms, entry: SeenEntry): boolean {
  if (everything) return true;
  if (users && !isOf(users, entry)) return false;
  if (since === undefined && until === undefined) return users !== undefined;
  return [entry.timestamp, entry.recorded_at].some((time: unknown) => {
    const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
    // What says no time may be of any.
    if (Number.isNaN(at)) return true;
    return (
      (since === undefined || at >= Date.parse(since)) && (until === undefined || at < Date.parse(until))
    );
  });
}

function isOf(users: readonly string[], { user_id, claimed_user }: SeenEntry): boolean {
  return [user_id, claimed_user, identifierOf(claimed_user)].some((id) => id !== null && users.includes(id));
}

/** A hold in a few words, for the reasons of a plan. */
export function holdInWords({ hold, users, since, until, everything, reason }: Hold): string {
  const what = everything
    ? ["everything"]
    : [
        ...(users ? [`user ${users.join(", ")}`] : []),
        ...(since === undefined ? [] : [`since ${since}`]),
        ...(until === undefined ? [] : [`until ${until}`]),
      ];
  return `legal hold ${hold} (${what.join(", ")}): ${reason}`;
}
