import { UnusableError } from "../exit-code.ts";

export type PostgresPackage = typeof import("@openrouter-audit/sink-postgres");

/** What reads a table in Postgres: loaded when it is needed, for most do not have it. @throws UnusableError */
export async function loadPostgres(
  load: () => Promise<PostgresPackage> = () => import("@openrouter-audit/sink-postgres"),
): Promise<PostgresPackage> {
  try {
    return await load();
  } catch (cause) {
    const missing = missingPackage(cause);
    if (!missing) throw cause;
    throw new UnusableError(
      `To read from Postgres, the package ${missing} is missing beside this one. Install both:\n  npm install @openrouter-audit/sink-postgres pg`,
      { cause },
    );
  }
}

const needed = ["@openrouter-audit/sink-postgres", "pg"];

/** Which of the packages Node did not find; what else it did not find is a mistake of ours. */
function missingPackage(cause: unknown): string | undefined {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return undefined;
  return needed.find((name) => message.includes(`'${name}'`));
}
