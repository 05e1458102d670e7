import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Where the anchor log of a journal is kept unless somebody says otherwise: where OPENROUTER_AUDIT_ANCHOR_DIR says, else
 * `<directory>/anchor`. The variable is of one journal: when OPENROUTER_AUDIT_DIR names another one, it says nothing of this.
 */
export function anchorDirectory(directory: string, env: NodeJS.ProcessEnv = process.env): string {
  const { OPENROUTER_AUDIT_ANCHOR_DIR: anchors, OPENROUTER_AUDIT_DIR: own } = env;
  const isOfThis = !own || realPath(own) === realPath(directory);
  return anchors && isOfThis ? anchors : join(directory, "anchor");
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
