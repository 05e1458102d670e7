import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { formatHead, provenHeads, replaceFile, verifierOf } from "@openrouter-audit/core/seal";
import { type AnchorSink, checkEarlier } from "../anchor.ts";

/**
 * Keeps the head of the anchor log in a file of known heads (docs/seal.md, "Heads"), in place of its older one there.
 * Heads of other logs stay as they are; a head that contradicts stays too, and so does a file with a line that proves
 * nothing.
 */
export function knownHeadsFile(file: string): AnchorSink {
  const path = resolve(file);
  return {
    name: `heads ${path}`,
    keep: async (anchor) => {
      const { head, rootKeys } = anchor;
      const known = existsSync(path)
        ? provenHeads(
            path,
            rootKeys.map((vkey) => verifierOf(vkey)!),
          )
        : [];
      const others = known.filter(({ log }) => log !== head.log);
      const earlier = known.filter(({ log }) => log === head.log);
      for (const { size, chain_hash } of earlier) checkEarlier(anchor, { size, root: chain_hash }, path);
      if (earlier.length === 1 && earlier[0]!.size === head.size) return null;
      replaceFile(path, [...others, head].map(formatHead).join(""));
      return { where: path, time: null };
    },
  };
}
