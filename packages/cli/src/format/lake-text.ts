import type { WrittenLake } from "@openrouter-audit/analysis";
import type { Colors } from "../terminal.ts";
import { bytesInWords, count, many } from "./amounts.ts";
import { visible } from "./visible.ts";

/** So many of the files that --prune would remove a person reads. */
const mostNamed = 20;

/** What was done to a lake, for a person. */
export function lakeText(lake: WrittenLake, source: string, seconds: number, colors: Colors): string {
  const { written, unchanged, removed, onlyInLake, refused } = lake;
  const done = [
    `${many(written.length, "file")} written`,
    `${count(unchanged.length)} unchanged`,
    ...(removed.length > 0 ? [`${count(removed.length)} removed`] : []),
    ...(refused.length > 0 ? [colors.red(`${count(refused.length)} not readable`)] : []),
  ];
  const lines = [
    `${colors.bold(visible(lake.directory))}  ${done.join(", ")}, in ${seconds.toFixed(1)} s.`,
    ...written.map((name) => `  written  ${visible(name)}`),
    ...removed.map((name) => `  removed  ${visible(name)}`),
    "",
    `entries     ${count(lake.entries)}`,
    `no entries  ${count(lake.unreadableLines)}${lake.unreadableLines > 0 ? " (lines that are kept as they are, with null columns)" : ""}`,
    `files       ${count(lake.files)}`,
    `size        ${bytesInWords(lake.lakeBytes)}, of ${bytesInWords(lake.sourceBytes)} of lines`,
  ];
  if (onlyInLake.length > 0) lines.push("", ...goneText(onlyInLake, source, colors));
  return `${lines.join("\n")}\n`;
}

/** What could not be read, on the way for errors. */
export function refusedText({ refused, directory }: WrittenLake): string {
  return refused
    .map(
      ({ file, reason }) =>
        `${visible(file)} is not in ${visible(directory)} as it is now: ${visible(reason)}.\n`,
    )
    .join("");
}

function goneText(names: readonly string[], source: string, colors: Colors): string[] {
  const days = [...new Set(names.map((name) => name.slice("day=".length, "day=YYYY-MM-DD".length)))];
  const range = days.length > 1 ? `${days[0]} to ${days.at(-1)}, ${many(days.length, "day")}` : days[0];
  const listed = names.slice(0, mostNamed).map((name) => `  ${visible(name)}`);
  if (names.length > mostNamed)
    listed.push(`  … and ${count(names.length - mostNamed)} more: --json names all`);
  return [
    `${colors.yellow("only in the lake")}  ${many(names.length, "file")} (${range}): ${visible(source)} has them no longer.`,
    ...listed,
    "If retention took them there, it has not reached the lake: --prune removes them here too.",
  ];
}
