import { sinkName } from "../delivery/sink-name.ts";
import type { OptionRule } from "./check-options.ts";

/** A text that a pattern matches. */
export function textLike(pattern: RegExp, mustBe: string): OptionRule<unknown> {
  return [(value) => typeof value === "string" && pattern.test(value), mustBe];
}

/** One of some texts or numbers. */
export function oneOf(...values: readonly (string | number)[]): OptionRule<unknown> {
  const mustBe = `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  return [(value) => values.some((each) => each === value), mustBe];
}

/** @param of what is counted, for example `bytes` */
export function wholeNumber(of: string, least: number, most = Number.MAX_SAFE_INTEGER): OptionRule<unknown> {
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
  const holds = (value: unknown) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
  return [holds, `a whole number of ${of}, ${range}`];
}

/** An object that has a method, for example a client of a vendor's. */
export function objectWith(method: string, mustBe: string): OptionRule<unknown> {
  return [(value) => isFunction((value as Record<string, unknown> | null)?.[method]), mustBe];
}

/** What says how a request is sent, and is for who sends it to say. */
const framing = [
  "host",
  "connection",
  "upgrade",
  "expect",
  "transfer-encoding",
  "content-type",
  "content-encoding",
  "content-length",
];

/** Headers besides those of the request itself. @param own that are set already, in lower case */
export function headersWithout(...own: readonly string[]): OptionRule<unknown> {
  const reserved = [...own, ...framing];
  const holds = (value: unknown) => {
    // Headers and lists of pairs lose what they hold when they are spread; what is no text becomes one, such as "undefined".
    if (typeof value !== "object" || value === null || Symbol.iterator in value) return false;
    if (!Object.values(value).every((each) => typeof each === "string")) return false;
    try {
      const headers = new Headers(value as Record<string, string>);
      return reserved.every((name) => !headers.has(name));
    } catch {
      return false;
    }
  };
  return [
    holds,
    `an object of header names and values, without ${reserved.join(", ")}; each a text as HTTP takes it (Latin-1, on one line: "…" is not); if it comes from a variable, see that this is set`,
  ];
}

const isFunction = (value: unknown) => typeof value === "function";

export const aFunction: OptionRule<unknown> = [isFunction, "a function"];
/** The option `format` of every sink: an `EntryFormat`. */
export const entryFormat: OptionRule<unknown> = [isFunction, "a function of an entry"];
/** The option `name` of every sink. */
export const nameOfSink: OptionRule<unknown> = textLike(sinkName.pattern, sinkName.rule);
