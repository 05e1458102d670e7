// What may stand in a JSON file that somebody else wrote.

/** A whole number from 0 on. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Text of a length that one shows. */
export function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= 100_000;
}
