import { isNewerSeal } from "../seal/seal-version.ts";
import type { EntryLine } from "./entry-line.ts";
import type { LogKey } from "./log-key.ts";
import type { Verdict } from "./verdict.ts";

/** What is wrong with a line, before anything is computed; null when nothing is. */
export function flawOf(line: EntryLine, key: LogKey | null): readonly [Verdict, string] | null {
  const { seq, canonical } = line;
  if (!canonical) return ["NOT_CANONICAL", `entry ${seq} is not in canonical form`];
  if (seq === 0 && isNewerSeal(line.entry.detail?.seal))
    return ["UNSUPPORTED", "this log has a newer seal than this verifier knows: use a newer one"];
  if (!key) return ["UNDELEGATED_STREAM", "the key of this log is not certified by the public key given"];
  return null;
}
