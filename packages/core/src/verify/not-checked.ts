import type { AnchorEvidence } from "./anchor-evidence.ts";
import { showsEnds } from "./coverage.ts";
import type { VerificationProblem } from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";

const noHead = "no head from elsewhere was given";
const noHeadOfThem = "no head of them was given, and none is in an anchor log here";

/** What a verification did not look at, in words: nobody shall take it for more than it was. */
export function notChecked({
  terms: { coverage, roots, signatures },
  keySource,
  logs,
  witnessed,
  anchor,
  unread,
  anchorHeads,
  notCompared,
  problems,
}: {
  readonly terms: VerificationTerms;
  readonly keySource: "given" | "journal";
  /** The origins of the logs that were found. */
  readonly logs: readonly string[];
  /** Those that there are heads of, from elsewhere or from an anchor log. */
  readonly witnessed: ReadonlySet<string>;
  readonly anchor: AnchorEvidence;
  /** Directories of anchor logs that stand in the journals, and were not read. */
  readonly unread: readonly string[];
  /** How many heads of the anchor log were noted. */
  readonly anchorHeads: number;
  readonly notCompared: number;
  readonly problems: readonly VerificationProblem[];
}): string[] {
  return [
    keySource === "journal" && "whether the public key is the right one: it was read from the journal itself",
    witnessed.size === 0
      ? `whether the end of the newest logs was cut off: ${anchorHeads === 0 ? noHead : noHeadOfThem}`
      : `whether what came after the heads was cut off, or a log without one taken away${ofThese(logs, witnessed)}`,
    ...unread.map((directory) => `what the anchor log in ${directory} says: it was not among those to read`),
    anchor.unknown > 0 &&
      `whether an old copy of ${oldCopy(anchor)} was put back: give its checkpoint from elsewhere as a known head`,
    !coverage.whole && "whether there are other files, before, between or after those given",
    coverage.whole && !showsEnds(coverage) && "what came after the time asked for, and so where logs end",
    coverage.whole &&
      coverage.until !== null &&
      showsEnds(coverage) &&
      "what came after the time asked for, but that logs went on then",
    coverage.whole && coverage.since !== null && "what came before the time asked for",
    notCompared > 0 &&
      (notCompared === 1
        ? "1 head, because the log or the entries that it is of are not in these files"
        : `${notCompared} heads, because the logs or the entries that they are of are not in these files`),
    signatures === "sampled" &&
      "the bytes of most signatures: one in 256 and the last of each log in each file cover all others",
    roots === "signed" && "the bytes of most chain hashes: those under a checked signature cover all others",
    ...whatBecameOf(anchor, problems),
  ].filter((what) => what !== false);
}

/** A head shows nothing of what came after it, and nothing of another log. */
function ofThese(logs: readonly string[], witnessed: ReadonlySet<string>): string {
  const without = logs.filter((log) => !witnessed.has(log)).length;
  return without === 0 ? "" : ` (${without} of these ${without === 1 ? "has" : "have"} none)`;
}

function oldCopy({ logs, unknown }: AnchorEvidence): string {
  if (logs.length === 1) return "the anchor log";
  return unknown === logs.length
    ? "one of the anchor logs"
    : `one of ${unknown} of ${logs.length} anchor logs`;
}

/** A tombstone that is written behind a finding would hide it: whoever deleted by hand is not excused by what came later. */
function whatBecameOf({ contradicted }: AnchorEvidence, problems: readonly VerificationProblem[]): string[] {
  const tampered = new Set(problems.filter(({ result }) => result === "tampered").map(({ log }) => log));
  return [...contradicted]
    .filter(([log]) => !tampered.has(log))
    .map(
      ([log, { verdict, time }]) =>
        `what became of ${verdict} in ${log}, which the anchor log noted on ${time}: it cannot be seen any more`,
    );
}
