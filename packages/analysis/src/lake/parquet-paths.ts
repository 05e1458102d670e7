import { quoted } from "../duckdb/engine.ts";

/** A path as DuckDB takes it to read from: what is a pattern elsewhere stands for itself. */
export function literalPath(path: string): string {
  return quoted(path.replace(/[[*?]/g, (character) => `[${character}]`));
}

/** Several of them. */
export function literalPaths(paths: readonly string[]): string {
  return `[${paths.map(literalPath).join(", ")}]`;
}
