import { lchownSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Owner, ownerIn } from "@openrouter-audit/core/seal";

/** Makes a directory (0700) with all above it; by root, for whoever has the one that was there. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  const owner = first === undefined ? null : ownerIn(dirname(resolve(first)));
  if (first === undefined || owner === null) return;
  // Not what somebody puts in its place meanwhile, by a link.
  for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made))
    give(made, owner);
}

function give(made: string, { uid, gid }: Owner): void {
  try {
    lchownSync(made, uid, gid);
  } catch (error) {
    // A root that may not, in some containers: then it stays with who made it.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}
