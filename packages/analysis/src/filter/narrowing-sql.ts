import { isCall } from "../entries/is-call.ts";
import type { CheckedFilter } from "./check-filter.ts";
import type { Alternative, MemberTest } from "./condition.ts";
import type { Member } from "./member.ts";
import type { SqlValues } from "./sql-values.ts";

/**
 * SQL over the columns of `entries` that is true of every row that the filter wants, and of few others: what it finds is still to be looked
 * at with `matcherOf`. Columns are shorter than members can be, and engines differ in what they make of what nobody writes.
 */
export function narrowingSql(
  { since, until, system, calls, tests }: CheckedFilter,
  values: SqlValues,
): string {
  const conditions = [
    !system && `(not starts_with(event_type, 'audit.') and event_type <> 'call_started')`,
    calls && isCall,
    since && `"timestamp" >= ${values.time(since.toISOString())}`,
    until && `"timestamp" < ${values.time(until.toISOString())}`,
    ...tests.map((test) => testSql(test, values)),
  ].filter((condition) => typeof condition === "string");
  return conditions.length > 0 ? conditions.join(" and ") : "true";
}

function testSql({ member, not, anyOf }: MemberTest, values: SqlValues): string | null {
  const place = placeSql(member);
  if (place === null) return null;
  const isText = (one: Alternative) => one.is === "equal" && member.type === "text";
  if (!not) {
    const isHeld = (one: Alternative) => isText(one) && isHeldWhole(String((one as Equal).value));
    return `(${orSql(anyOf, isHeld, (one) => wideSql(one, place, member, values), place, values)})`;
  }
  const excluded = anyOf.filter((one) => isExact(one, member));
  if (excluded.length === 0) return null;
  const sql = orSql(excluded, isText, (one) => exactlySql(one, place, member, values), place, values);
  return `not coalesce(${sql}, false)`;
}

type Equal = Alternative & { readonly is: "equal" };

/** Texts are one list: with thousands of comparisons an engine takes minutes to plan. */
function orSql(
  anyOf: readonly Alternative[],
  isListed: (one: Alternative) => boolean,
  sqlOf: (one: Alternative) => string,
  place: string,
  values: SqlValues,
): string {
  const listed = anyOf.filter(isListed).map((one) => values.text(String((one as Equal).value)));
  const others = anyOf.filter((one) => !isListed(one)).map(sqlOf);
  return [...(listed.length > 0 ? [`${place} in (${listed.join(", ")})`] : []), ...others].join(" or ");
}

/** Where a member stands; null when the engines do not agree how to say so. */
function placeSql({ column, path }: Member): string | null {
  if (column !== null) return `"${column}"`;
  // DuckDB takes what begins so for a path of its own.
  if (path.some((name) => /^[$/]/.test(name) || !isPlain(name))) return null;
  const [last, ...before] = [...path].reverse().map(literal);
  // In parentheses: for DuckDB an arrow binds no closer than `is` and `=`.
  return `(${["entry", ...before.reverse().map((name) => `->${name}`), `->>${last}`].join("")})`;
}

/** True wherever the alternative is true. */
function wideSql(one: Alternative, place: string, member: Member, values: SqlValues): string {
  if (member.type !== "any") {
    if (one.is === "null") return `${place} is null`;
    if (one.is === "equal" && member.type !== "text") return exactSql(one, place, member, values);
    return one.is === "range" ? rangeSql(one, place, member, values) : beginsSql(one, place, values);
  }
  if (one.is === "range") return `${place} is not null`;
  // A path may lead to a list.
  const sql = one.is === "null" ? `${place} is null` : beginsSql(one, place, values);
  return `${sql} or starts_with(${place}, '[')`;
}

/** A column may hold only the first 600 characters of a member, and no NUL. */
const surelyHeld = 500;

function heldOf(text: string): string {
  return (/^[^\0\p{Cs}]*/u.exec(text)?.[0] ?? "").slice(0, surelyHeld).replace(/\p{Cs}$/u, "");
}

function isHeldWhole(text: string): boolean {
  return text !== "" && heldOf(text) === text;
}

function beginsSql(
  one: Alternative & { readonly is: "equal" | "prefix" },
  place: string,
  values: SqlValues,
): string {
  const wanted = one.is === "prefix" ? one.text : String(one.value);
  const beginning = heldOf(wanted);
  if (beginning === "") return `${place} is not null`;
  if (one.is === "equal" && beginning === wanted) return `${place} = ${values.text(wanted)}`;
  return `starts_with(${place}, ${values.text(beginning)})`;
}

function rangeSql(
  { min, max }: Alternative & { readonly is: "range" },
  place: string,
  { type }: Member,
  values: SqlValues,
): string {
  const end = (value: number | string) =>
    type === "time" ? values.time(String(value)) : values.number(Number(value));
  return [
    ...(min === null ? [] : [`${place} >= ${end(min)}`]),
    ...(max === null ? [] : [`${place} <= ${end(max)}`]),
  ].join(" and ");
}

/** Whether {@link exactSql} is true of no other row: what is to be left out must be exactly that. */
function isExact(one: Alternative, { type }: Member): boolean {
  if (type === "time") return false;
  if (type !== "text" && type !== "any")
    return one.is === "equal" && !JSON.stringify(one.value).includes("e-");
  if (one.is === "null") return true;
  if (one.is === "range") return false;
  const text = one.is === "prefix" ? one.text : String(one.value);
  const looksDifferent = one.is === "prefix" ? /^[-\d[{]|^$/ : /^-?\d.*e|^[[{]/i;
  return text.length < surelyHeld && isPlain(text) && !text.includes("\ufffd") && !looksDifferent.test(text);
}

/** Engines take other things too for the value of a column: a text of digits for a number, 0.5 for a whole one. The member itself tells. */
function exactlySql(one: Alternative, place: string, member: Member, values: SqlValues): string {
  const sql = exactSql(one, place, member, values);
  if (member.type === "text" || member.type === "any" || one.is !== "equal") return sql;
  const json = ["entry", ...member.path.map(literal)].join("->");
  return `(${sql} and cast((${json}) as varchar) = ${values.text(JSON.stringify(one.value))})`;
}

function exactSql(one: Alternative, place: string, { type }: Member, values: SqlValues): string {
  if (one.is === "null") return `${place} is null`;
  if (one.is === "range") throw new Error("A range is never left out.");
  if (one.is === "prefix") return `starts_with(${place}, ${values.text(one.text)})`;
  if (type === "time") return `${place} = ${values.time(String(one.value))}`;
  if (typeof one.value === "boolean") return `${place} = ${values.boolean(one.value)}`;
  if (typeof one.value === "number") return `${place} = ${values.number(one.value)}`;
  return `${place} = ${values.text(one.value)}`;
}

/** Whether every engine can hold a text: no NUL, no half of a surrogate pair. */
function isPlain(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
