import { jsonLine } from "./visible.ts";

/**
 * What a command answers programs: a line, with names as entries have them. Those of the library are TypeScript's. What stands in an
 * entry is somebody's own, and stays.
 */
export function answerLine(answer: object): string {
  return `${jsonLine(named(answer))}\n`;
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([name, member]) => [snakeCase(name), name === "entry" ? member : named(member)]),
  );
}

function snakeCase(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name.replace(/([a-z0-9])([A-Z]+)/g, "$1_$2").toLowerCase() : name;
}
