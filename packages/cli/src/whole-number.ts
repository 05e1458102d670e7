import { InvalidArgumentError } from "commander";

/** The value of an option that says how many of all there are. @throws InvalidArgumentError */
export function oneOrMore(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Give a whole number, 1 or more.");
}

/** The value of an option that counts. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number, 0 or more.");
}
