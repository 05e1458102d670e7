import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BreakingResult } from "./breaking.ts";
import { programs } from "./programs.ts";
import { resultTable, withTable } from "./result-table.ts";

const folder = fileURLToPath(new URL("../results/", import.meta.url));
const page = fileURLToPath(new URL("../../../docs/guarantees.md", import.meta.url));

/** Keeps what a run found, as what the page is made of. */
export function keepResult(result: BreakingResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${result.name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

/** The results that are kept, in the order of the programs. */
export function keptResults(): BreakingResult[] {
  const kept = new Set(readdirSync(folder));
  return Object.keys(programs)
    .filter((name) => kept.has(`${name}.json`))
    .map((name) => JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as BreakingResult);
}

/** Puts the table of the results that are kept between the marks in docs/guarantees.md. */
export function writeTable(): void {
  writeFileSync(page, withTable(readFileSync(page, "utf8"), resultTable(keptResults())));
}
