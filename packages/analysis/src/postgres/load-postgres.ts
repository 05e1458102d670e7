import { AuditError } from "@openrouter-audit/core";

type PostgresPackage = typeof import("@openrouter-audit/sink-postgres");

const needed = ["@openrouter-audit/sink-postgres", "pg"];

/** What reads a table in Postgres: loaded when a place is one, for most are not. @throws AuditError `INVALID_OPTIONS` when it is missing */
export async function loadPostgres(
  load: () => Promise<PostgresPackage> = () => import("@openrouter-audit/sink-postgres"),
): Promise<PostgresPackage> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    const missing = isMissing && needed.find((name) => message.includes(`'${name}'`));
    // What else was not found is a mistake of ours.
    if (!missing) throw cause;
    throw new AuditError(
      "INVALID_OPTIONS",
      `To ask a table in Postgres, the package ${missing} is missing. Install both: npm install @openrouter-audit/sink-postgres pg`,
      { cause },
    );
  }
}
