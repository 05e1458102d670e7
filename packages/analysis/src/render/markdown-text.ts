import type { Cell } from "./cell.ts";
import { visible } from "./visible.ts";

/**
 * Text as a code span: nothing in it is markup, a link, a mention or HTML.
 * https://spec.commonmark.org/0.31.2/#code-spans
 */
export function codeSpan(text: string): string {
  const shown = visible(text);
  if (shown.trim() === "") return `\`"${shown}"\``;
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const space = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${ticks}${space}${shown}${space}${ticks}`;
}

/** A cell of a table. Pipes end a cell even in a code span: https://github.github.com/gfm/#example-200 */
export function tableCell(cell: Cell): string {
  if (typeof cell === "string") return prose(cell);
  if ("missing" in cell) return `*${prose(cell.missing)}*`;
  // Behind a backslash no reader of Markdown agrees with another on what escapes a pipe.
  return codeSpan(cell.log).replaceAll("\\|", "\\\\u{7c}").replaceAll("|", "\\|");
}

/** Text behind our own words: what could be markup, a link or HTML is escaped. */
export function prose(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&")
    .replace(/:(?=\/\/)|(?<=www)\.|@/gi, "\\$&");
}
