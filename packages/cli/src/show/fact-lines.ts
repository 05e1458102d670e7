import { displayWidth } from "../format/display-width.ts";
import type { Terminal } from "../terminal.ts";

/** What is known under one heading: names and what they are; null for what is not there. */
export type Facts = readonly (readonly [name: string, value: string | null])[];

const nameWidth = 13;
const widest = 110;

/** Lines with a heading, and below it the facts; none when there are none. No line is wider than the terminal. */
export function factLines(
  heading: string,
  facts: Facts,
  { colors, width }: Pick<Terminal, "colors" | "width">,
): string[] {
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== "");
  if (known.length === 0) return [];
  const indent = 2 + nameWidth + 2;
  const room = Math.max(20, Math.min(width, widest) - indent);
  const lines = known.flatMap(([name, value]) => {
    const [first = "", ...rest] = wrapped(value, room);
    const padding = " ".repeat(Math.max(0, nameWidth - displayWidth(name)));
    return [
      `  ${colors.dim(name)}${padding}  ${first}`,
      ...rest.map((line) => `${" ".repeat(indent)}${line}`),
    ];
  });
  return [colors.bold(heading), ...lines, ""];
}

/** A text in lines, broken between words where that is possible. */
export function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => piecesOf(word, room))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function piecesOf(word: string, room: number): string[] {
  if (displayWidth(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (displayWidth(piece + character) > room) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}
