import { AuditError } from "@openrouter-audit/core";
import { wordsOf } from "./sql-text.ts";

const platforms = "Linux (x64, arm64; glibc and musl), macOS (x64, arm64) and Windows (x64, arm64)";

/**
 * The embedded engine, DuckDB, loaded when the first question is asked: it is a program for one platform.
 *
 * @throws AuditError `ENGINE_MISSING`
 */
export async function loadDuckdb(
  load: () => Promise<typeof import("./node-api.ts")> = () => import("./node-api.ts"),
): Promise<typeof import("./node-api.ts")> {
  try {
    return await load();
  } catch (cause) {
    throw new AuditError(
      "ENGINE_MISSING",
      `The engine that answers questions about files (DuckDB, @duckdb/node-api) does not load on ${process.platform} ${process.arch}: ${reason(cause)}. ` +
        `It is there for ${platforms}, in a package of its own for each, which npm leaves out with --omit=optional, or when node_modules came from another machine: install again on this one. ` +
        "Without it, readJournal(), verify, prove and tail work as ever, and so do questions to Postgres.",
      { cause },
    );
  }
}

function reason(cause: unknown): string {
  // Node adds the stack of who required it.
  const [first = ""] = wordsOf(cause).split("\n");
  return first.replace(/\.$/, "");
}
