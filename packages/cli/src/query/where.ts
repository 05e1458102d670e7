import type { Condition, ConditionValue } from "@openrouter-audit/analysis";
import type { Analysis } from "../analysis/load-analysis.ts";
import { UnusableError } from "../exit-code.ts";
import { periodOf } from "../period.ts";
import { listOf } from "./words.ts";

/** A condition as it is typed: `metadata.ticket=T-1`, `cost_usd>=0.5`, `user_id!=null`. */
const form = /^((?:"[^"]*"|[^"=<>!])+)(!=|>=|<=|=)(.*)$/s;

/**
 * What `--where` says of a member.
 *
 * @throws UnusableError which says how it is written; AuditError `INVALID_OPTIONS` for a member that there is not
 */
export function whereOf(
  text: string,
  { memberType }: Analysis,
): readonly [member: string, condition: Condition] {
  const [, given, operator, value] = form.exec(text) ?? [];
  const member = given?.trim();
  if (!member || value === undefined)
    throw new UnusableError(
      `--where ${text}: a condition is MEMBER=VALUE, or with != >= <= between them: metadata.ticket=T-1, cost_usd>=0.5, user_id!=null.`,
    );
  try {
    const type = memberType(member);
    if (operator === ">=") return [member, { min: endOf(value, type, "start") }];
    if (operator === "<=") return [member, { max: endOf(value, type, "end") }];
    if (type === "time" && operator === "=" && value !== "null")
      return [member, { min: endOf(value, type, "start"), max: endOf(value, type, "end") }];
    const values = value.startsWith('"')
      ? [quotedIn(value)]
      : listOf(value).map((each) => valueOfText(each, type));
    const condition = values.length === 1 ? values[0]! : values;
    return [member, operator === "!=" ? { not: condition } : values.length === 1 ? values[0]! : values];
  } catch (error) {
    // What is wrong with a value is said for an option; here there are several.
    if (error instanceof Error && error.name === "InvalidArgumentError")
      throw new UnusableError(`--where ${text}: ${error.message}`);
    throw error;
  }
}

function valueOfText(text: string, type: string): ConditionValue {
  if (text === "null") return null;
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type === "number" || type === "integer") return numberIn(text);
  if (type === "time") return periodOf(text).start;
  return text;
}

/** One end of a range: a number, or in what is a time the beginning or the end of the stretch that is named. */
function endOf(text: string, type: string, which: "start" | "end"): number | Date {
  if (type !== "time") return numberIn(text);
  const { start, end } = periodOf(text);
  if (which === "start" || start.getTime() === end.getTime()) return start;
  return new Date(end.getTime() - 1);
}

function numberIn(text: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new UnusableError(`${JSON.stringify(text)} is no number.`);
}

/** A value that is one text whatever stands in it: `"null"`, `"a,b"`. */
function quotedIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // Said below.
  }
  throw new UnusableError(`${text} begins with a quote and is no JSON text.`);
}
