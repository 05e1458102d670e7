import type { CheckedFilter } from "./check-filter.ts";
import type { Alternative, MemberTest } from "./condition.ts";

/**
 * Texts of which one, of each group, stands in the line of every entry that a filter wants and that was sealed, since such lines are in
 * canonical form (docs/seal.md, "Leaf"): to look for a text is many times as fast as to read a line. Of conditions that say no such thing
 * there is no group.
 */
export function mentionsOf({ since, until, tests }: CheckedFilter): (readonly string[])[] {
  const groups = tests.map(mentionsOfTest);
  if (since && until) groups.push(mentionOfTime(since, until));
  return groups.filter((group) => group !== null);
}

/** To look for many texts takes longer than to read the line. */
const mostSought = 32;

function mentionsOfTest({ member, not, anyOf }: MemberTest): readonly string[] | null {
  // An array may stand where there is no column, and a time can be written in several ways.
  if (not || member.type === "any" || member.type === "time") return null;
  if (anyOf.length > mostSought) return null;
  const name = JSON.stringify(member.path.at(-1));
  const texts = anyOf.map((one) => (mayStandBare(one) ? null : textOf(one)));
  return texts.some((text) => text === null) ? null : texts.map((text) => `${name}:${text}`);
}

/** Whether what a text asks for may be a number, or a truth value, in the line: `429`. */
function mayStandBare(one: Alternative): boolean {
  if (one.is === "prefix") return /^-?\d|^-$|^(?:t|f)[a-z]*$/.test(one.text);
  return one.is === "equal" && typeof one.value === "string" && /^-?\d|^(?:true|false)$/.test(one.value);
}

/** As far as it is known how the value is written. */
function textOf(one: Alternative): string | null {
  if (one.is === "equal" && typeof one.value === "boolean") return String(one.value);
  if (one.is === "equal" && typeof one.value === "string" && one.value.isWellFormed())
    return JSON.stringify(one.value);
  if (one.is === "prefix" && one.text !== "" && one.text.isWellFormed())
    return JSON.stringify(one.text).slice(0, -1);
  return null;
}

/** The times of a day or an hour begin alike; how much is said of a second differs. */
function mentionOfTime(since: Date, until: Date): readonly string[] | null {
  const [first, last] = [since.toISOString(), new Date(until.getTime() - 1).toISOString()];
  const seconds = first.indexOf(".");
  let alike = 0;
  while (alike < seconds && first[alike] === last[alike]) alike += 1;
  // Shorter than a year it is in nearly every line.
  return alike < "2026-".length ? null : [`"timestamp":"${first.slice(0, alike)}`];
}
