import type { Clock } from "./clock.ts";

/** How old the oldest undelivered entry may be, and how often it is said that it is older. */
const lateMs = 60_000;
const lookMs = 5_000;

/** How old an entry is that was recorded at a time (RFC 3339), in milliseconds; 0 for null. */
export function ageOf(recordedAt: string | null, now: number): number {
  // Of another machine's clock, or of a line nobody has verified: it may be anything.
  const age = recordedAt === null ? 0 : now - Date.parse(recordedAt);
  return Number.isNaN(age) ? 0 : Math.max(age, 0);
}

/**
 * Tells that a sink is behind: when its oldest undelivered entry is older than a minute, and again each minute as long as it is.
 *
 * @param oldest when that was recorded, or null when everything is delivered
 * @returns what ends this
 */
export function watchLag(clock: Clock, oldest: () => string | null, tell: () => void): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let cancel = () => {};
  const look = () => {
    cancel = clock.after(lookMs, look);
    const now = clock.now();
    if (ageOf(oldest(), now) <= lateMs) toldAt = Number.NEGATIVE_INFINITY;
    else if (now - toldAt >= lateMs) {
      toldAt = now;
      tell();
    }
  };
  look();
  return () => cancel();
}
