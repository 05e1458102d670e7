import type { BreakingResult } from "./breaking.ts";

const begin = "<!-- table of npm run break: begin -->";
const end = "<!-- table of npm run break: end -->";

/** The rows of what was tried, as Markdown. */
export function resultTable(results: readonly BreakingResult[]): string {
  const rows = results.flatMap(({ name, seed, attempts }) =>
    attempts.map(({ what, times, survived, lost }) =>
      rowOf([what, String(times), survived, lost, `\`${name} --seed ${seed}\``]),
    ),
  );
  const head = [
    "what was done",
    "times",
    "what survived",
    "what was lost, and where it is counted",
    "program",
  ];
  return [rowOf(head), rowOf(head.map(() => "---")), ...rows].join("\n");
}

/** The page with another table between its marks. @throws Error when it has no marks */
export function withTable(page: string, table: string): string {
  const [before, rest] = [page.slice(0, page.indexOf(begin)), page.slice(page.indexOf(end))];
  if (!page.includes(begin) || !page.includes(end))
    throw new Error(`The page lacks the marks ${begin} and ${end}`);
  return `${before}${begin}\n\n${table}\n\n${rest}`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
