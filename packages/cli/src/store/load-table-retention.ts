import { UnusableError } from "../exit-code.ts";

/** Retention of a table in Postgres: loaded when it is needed, for most do not have it. @throws UnusableError */
export async function loadTableRetention(): Promise<typeof import("@openrouter-audit/retention/postgres")> {
  try {
    return await import("@openrouter-audit/retention/postgres");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    throw new UnusableError(
      "For a table in Postgres, packages are missing beside this one. Install both:\n  npm install @openrouter-audit/sink-postgres pg",
      { cause },
    );
  }
}
