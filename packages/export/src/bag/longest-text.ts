import { isManifest } from "./manifest.ts";

/** Read line by line, or only hashed. */
const streamed =
  /^data\/(?:logs|checkpoints\/anchor|schema|controls)\/|^data\/reports\/(?:report\.|gaps|retention)/;

/**
 * How many bytes a file of a package may have that verification reads as a whole: no package is written that it would not read.
 * A string of Node has 512 MiB. docs/export.md, "Bag"
 */
export function longestOf(path: string): number {
  if (streamed.test(path)) return Number.POSITIVE_INFINITY;
  // Some millions of files, and some hundred thousand logs.
  return (isManifest(path) ? 400 : 256) << 20;
}
