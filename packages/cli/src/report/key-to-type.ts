import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@openrouter-audit/analysis";

/** What to type as --key on this host: the key that was given, else the file where the journal keeps its own, where there is one. */
export function keyToType(given: string | undefined, { kind, name }: Report["source"]): string | undefined {
  if (given !== undefined) return /\s/.test(given.trim()) ? undefined : given.trim();
  const own = join(name, "public-key");
  return kind === "journal" && existsSync(own) ? `@${own}` : undefined;
}
