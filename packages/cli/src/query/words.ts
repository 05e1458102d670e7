import { InvalidArgumentError } from "commander";

/**
 * One value, or several with commas between them; a comma that belongs to a value stands behind a backslash.
 *
 * @param before what the option was given before: it may be given again
 * @throws InvalidArgumentError
 */
export function listOf(text: string, before: readonly string[] = []): string[] {
  const values = text.split(/(?<!\\),/).map((value) => value.trim().replaceAll("\\,", ","));
  if (values.every((value) => value !== "")) return [...before, ...values];
  throw new InvalidArgumentError(`Between the commas of ${JSON.stringify(text)} something is missing.`);
}

const statuses = ["success", "error", "aborted", "unknown"];

/** @throws InvalidArgumentError */
export function statusesOf(text: string, before?: readonly string[]): string[] {
  const values = listOf(text, before);
  if (values.every((value) => statuses.includes(value))) return values;
  throw new InvalidArgumentError(
    `Allowed choices are ${statuses.join(", ")}, and several with commas: error,aborted.`,
  );
}

/** US dollars. @throws InvalidArgumentError */
export function dollarsOf(text: string): number {
  const amount = /^\$?(\d+(?:\.\d+)?|\.\d+)$/.exec(text.trim())?.[1];
  if (amount !== undefined) return Number(amount);
  throw new InvalidArgumentError("Give an amount in US dollars: 0.5.");
}

const unitMs: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, m: 60_000 };

/** A length of time in milliseconds: `1500`, `1500ms`, `1.5s`, `2m`. @throws InvalidArgumentError */
export function millisecondsOf(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim().toLowerCase());
  if (parts) return Number(parts[1]) * unitMs[parts[2] ?? ""]!;
  throw new InvalidArgumentError("Give milliseconds, or a unit: 1500, 1.5s, 2m.");
}
