import { AuditError, identifierOf } from "@openrouter-audit/core";
import type { ColumnType } from "../entries/columns.ts";
import { microsecondsOf } from "../entries/time-text.ts";
import type { Condition, ConditionValue, RangeEnd } from "./entry-filter.ts";
import type { Member } from "./member.ts";

/** One of the things that a member may be. Times are texts as `microsecondsOf` makes them. */
export type Alternative =
  | { readonly is: "null" }
  | { readonly is: "equal"; readonly value: string | number | boolean }
  | { readonly is: "prefix"; readonly text: string }
  | { readonly is: "range"; readonly min: number | string | null; readonly max: number | string | null };

/** A condition that has been understood: the member is one of these, or none of these. */
export interface MemberTest {
  readonly member: Member;
  readonly not: boolean;
  readonly anyOf: readonly Alternative[];
}

/** Their ids stand in an entry as `identifierOf` keeps them. */
const identifiers = new Set(["user_id", "tenant_id", "session_id"]);

/** @throws AuditError `INVALID_OPTIONS` */
export function memberTest(member: Member, condition: Condition): MemberTest {
  if (isList(condition)) return { member, not: false, anyOf: anyOf(member, condition) };
  if (condition === null || typeof condition !== "object" || condition instanceof Date)
    return { member, not: false, anyOf: [alternative(member, condition)] };
  const names = Object.keys(condition);
  if ("not" in condition && names.length === 1) {
    const { not } = condition;
    return { member, not: true, anyOf: isList(not) ? anyOf(member, not) : [alternative(member, not)] };
  }
  const { min, max } = condition as { min?: RangeEnd; max?: RangeEnd };
  if (names.some((name) => name !== "min" && name !== "max") || (min === undefined && max === undefined))
    throw refused(member, `{ min, max } or { not } is expected, and not ${JSON.stringify(condition)}`);
  return { member, not: false, anyOf: [range(member, min, max)] };
}

function isList(value: unknown): value is readonly ConditionValue[] {
  return Array.isArray(value);
}

function anyOf(member: Member, values: readonly ConditionValue[]): Alternative[] {
  if (values.length === 0) throw refused(member, "nothing is in an empty list");
  return values.map((value) => alternative(member, value));
}

function alternative(member: Member, value: ConditionValue): Alternative {
  if (value === null) return { is: "null" };
  if (member.type === "time") return { is: "equal", value: timeOf(member, value) };
  if (value instanceof Date) throw refused(member, `${expected[member.type]}, and not a time`);
  if (member.type === "text" || member.type === "any") return textAlternative(member, value);
  const isRight = member.type === "boolean" ? typeof value === "boolean" : isNumber(value);
  if (!isRight) throw refused(member, `${expected[member.type]}, and not ${JSON.stringify(value)}`);
  return { is: "equal", value };
}

const expected: Readonly<Record<ColumnType | "any", string>> = {
  text: "a text is expected",
  any: "a text, a number, true or false is expected",
  integer: "a number is expected",
  number: "a number is expected",
  boolean: "true or false is expected",
  time: "a time is expected",
};

/** What stands there may be a number, where another log has a text of the same digits. */
function textAlternative({ name, ...member }: Member, value: string | number | boolean): Alternative {
  if (typeof value === "number" && !isNumber(value))
    throw refused({ name, ...member }, `${value} is no number`);
  const text = String(value);
  if (text.endsWith("*")) return { is: "prefix", text: text.slice(0, -1) };
  const isIdentifier = member.column !== null && identifiers.has(member.column);
  return { is: "equal", value: isIdentifier ? (identifierOf(text) ?? text) : text };
}

function range(member: Member, min: RangeEnd | undefined, max: RangeEnd | undefined): Alternative {
  if (member.type === "text" || member.type === "boolean")
    throw refused(member, "there are no ranges of it, only of numbers and times");
  const end = (value: RangeEnd | undefined) => {
    if (value === undefined) return null;
    if (member.type === "time") return timeOf(member, value);
    if (isNumber(value)) return value;
    throw refused(member, `a range of numbers is expected, and not ${JSON.stringify(value)}`);
  };
  const [least, most] = [end(min), end(max)];
  if (least !== null && most !== null && least > most)
    throw refused(member, `nothing is at least ${String(min)} and at most ${String(max)}: exchange them`);
  return { is: "range", min: least, max: most };
}

function timeOf(member: Member, value: unknown): string {
  const isDate = value instanceof Date;
  const text = isDate && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
  const time = typeof text === "string" ? microsecondsOf(text) : null;
  if (time !== null) return time;
  throw refused(
    member,
    `a Date is expected, or a text like 2026-11-24T09:30:00Z, and not ${isDate ? "an invalid Date" : JSON.stringify(value)}`,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function refused({ name }: Pick<Member, "name">, why: string): AuditError {
  return new AuditError("INVALID_OPTIONS", `The condition on ${name} is not right: ${why}.`);
}
