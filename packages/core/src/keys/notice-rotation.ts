import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditProblem } from "../audit-error.ts";
import type { RootSigner } from "../seal/signed-note.ts";
import { trustedKeys } from "./trusted-keys.ts";

/**
 * The same root key, which says once, when it is asked to certify another log, that the key of the journal was rotated
 * meanwhile. The process goes on with it: what the old key signs still verifies, and refusing calls would help nobody.
 */
export function noticeRotation(
  root: RootSigner,
  directory: string,
  onProblem: (problem: AuditProblem) => void,
): RootSigner {
  let told = false;
  return {
    vkey: root.vkey,
    sign: (text) => {
      const newer = told ? null : successorIn(directory, root.vkey);
      if (newer !== null) {
        told = true;
        const message =
          `The root key of the journal in ${directory} was rotated to ${newer}. This process goes on with the old key, ` +
          "and what it writes still verifies; the next start needs the new one.";
        onProblem({ code: "KEY_ROTATED", message });
      }
      return root.sign(text);
    },
  };
}

/** The key the journal belongs to now, when that is another and took over from this one. */
function successorIn(directory: string, vkey: string): string | null {
  try {
    const found = readFileSync(join(directory, "public-key"), "utf8").trim();
    const successors = trustedKeys(directory, vkey).keys.filter(({ relation }) => relation === "successor");
    return successors.some((key) => key.vkey === found) ? found : null;
  } catch {
    // Whether the journal can be written is for those to find out who write it.
    return null;
  }
}
