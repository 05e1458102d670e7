import { mkdirSync } from "node:fs";

/** Makes a directory (0700) with all above it. */
export function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
