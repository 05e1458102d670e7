import { readFileSync } from "node:fs";

/** Null only when there is no such file: to `existsSync`, one that cannot be looked at is not there either. */
export function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
