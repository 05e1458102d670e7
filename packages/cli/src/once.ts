import { InvalidArgumentError } from "commander";

/** The value of an option that is given once: the last one of several would pass over the others in silence. @throws InvalidArgumentError */
export function once(value: string, before?: string): string {
  if (before === undefined) return value;
  throw new InvalidArgumentError("Give it once.");
}
