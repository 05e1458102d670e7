import type { Activity } from "./activity.ts";
import { dayOf } from "./days.ts";
import type { LoggedCall } from "./logged-calls.ts";
import { groupOf } from "./sums.ts";

/** Calls begun shortly before midnight may count on the next day. */
export const marginMs = 3_600_000;

/** What the sums of `/activity` say of a call of which there is no record. docs/reconcile.md, "Calls without a record" */
export type Counted =
  /** OpenRouter counts a call that may be this one, in the group of that key. */
  | { readonly kind: "counted"; readonly key: string }
  /** Every call that it counts on that day is another one. */
  | { readonly kind: "not_counted" }
  /** A day that it may count on could not be compared. */
  | { readonly kind: "not_compared" };

/**
 * Sets calls without a record against what OpenRouter counts beyond all others. As many as possible are counted: that a call bypassed
 * the log is said only of those for which the log has none.
 *
 * @param room how many calls OpenRouter counts in a group beyond those that the log is known to have
 * @returns by entry
 */
export function setAgainst(
  activity: Activity,
  calls: readonly LoggedCall[],
  room: (key: string) => number,
): Map<string, Counted> {
  const left = new Map<string, number>();
  const leftOf = (key: string) => left.get(key) ?? Math.max(0, room(key));
  const placed = new Map<string, Counted>();
  const keysOf = possibleKeys(activity);
  const possible = calls.map((call) => ({ call, keys: keysOf(call) }));
  // Those that must be somewhere, and have the least choice, choose first.
  possible.sort(
    (a, b) =>
      Number(mayBeNowhere(activity, a.call)) - Number(mayBeNowhere(activity, b.call)) ||
      a.keys.length - b.keys.length,
  );
  for (const { call, keys } of possible) {
    const key = keys.find((each) => leftOf(each) > 0);
    if (key !== undefined) left.set(key, leftOf(key) - 1);
    placed.set(call.entry, key !== undefined ? { kind: "counted", key } : uncounted(activity, call));
  }
  return placed;
}

/** Nobody says whether a call that failed is counted; one of another day was asked in case it counts in the period. */
function mayBeNowhere(activity: Activity, { status, group }: LoggedCall): boolean {
  return status === "error" || !activity.days.has(group.day);
}

function uncounted(activity: Activity, { at }: LoggedCall): Counted {
  const days = [dayOf(at), dayOf(at + marginMs)];
  return { kind: days.every((day) => activity.days.has(day)) ? "not_counted" : "not_compared" };
}

/** The groups that a call may count in, the likeliest first. What the log does not know of it may be anything. */
function possibleKeys(activity: Activity): (call: LoggedCall) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  const ofDay = (day: string, { group: { model, provider }, modelServed }: LoggedCall) => {
    const name = JSON.stringify([day, model, provider, modelServed]);
    const before = known.get(name);
    if (before) return before;
    const ofProvider = activity
      .keysOf(day)
      .filter((key) => provider === null || groupOf(key).provider === provider);
    const isOfModel = (key: string) =>
      activity.keyOf({ day, model, provider: groupOf(key).provider }) === key;
    const same = ofProvider.filter(isOfModel);
    const others = ofProvider.filter((key) => !isOfModel(key));
    const keys = modelServed !== null && same.length > 0 ? same : [...same, ...others];
    known.set(name, keys);
    return keys;
  };
  return (call) => {
    const near = new Set([0, marginMs, -marginMs].map((ms) => dayOf(call.at + ms)));
    return [...near].flatMap((day) => ofDay(day, call));
  };
}
