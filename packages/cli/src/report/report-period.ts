import { UnusableError } from "../exit-code.ts";
import type { Period } from "../period.ts";

/** A period that was asked for; null: open. */
export interface AskedPeriod {
  readonly since: Date | null;
  readonly until: Date | null;
}

/**
 * What a report is about, from one word (`2026-11`, `yesterday`, `24h`) or from its ends. One that has a beginning and no end
 * ends now, so that there is something of the same length before it to compare it with.
 *
 * @throws UnusableError
 */
export function reportPeriod(
  { period, since, until }: { readonly period?: Period; readonly since?: Period; readonly until?: Period },
  now: Date,
): AskedPeriod {
  if (period !== undefined) {
    if (since || until) throw new UnusableError("Say --period, or --since and --until, not both.");
    return { since: period.start, until: period.end };
  }
  const asked = { since: since?.start ?? null, until: until?.end ?? (since ? now : null) };
  if (asked.since && asked.until && asked.since >= asked.until)
    throw new UnusableError(
      until
        ? "Nothing can match: --since is not before --until."
        : "Nothing can match: --since is not before now.",
    );
  return asked;
}
