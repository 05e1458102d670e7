import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseCheckpoint, replaceFile } from "@openrouter-audit/core/seal";
import { type AnchorSink, checkEarlier } from "../anchor.ts";

/**
 * Keeps the checkpoint in a file elsewhere: on a share, a stick, a volume that is written once, in a repository. The
 * checkpoint in it is compared first, and one that contradicts is left as it is.
 */
export function checkpointCopy(file: string): AnchorSink {
  const path = resolve(file);
  return {
    name: `copy ${path}`,
    keep: async (anchor) => {
      if (existsSync(path)) {
        const before = readFileSync(path, "utf8");
        if (before === anchor.checkpoint) return null;
        const text = anchor.open(before);
        const earlier = text === null ? null : parseCheckpoint(text);
        if (!earlier)
          throw new Error(
            `${path} is no checkpoint of this anchor log: it was not written over. Name another file.`,
          );
        checkEarlier(anchor, earlier, path);
      }
      replaceFile(path, anchor.checkpoint);
      return { where: path, time: null };
    },
  };
}
