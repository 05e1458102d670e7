import { isDeepStrictEqual } from "node:util";
import type { JournalVerification } from "@openrouter-audit/core";
import type { CheckedLogs } from "./checked-logs.ts";
import { anchorFolder } from "./content/anchors.ts";
import { headsIn } from "./content/made-again.ts";
import type { GivenPackage } from "./given-package.ts";
import { tampered } from "./package-problem.ts";

const headsFile = "data/checkpoints/heads.jsonl";
const verificationFile = "data/reports/verification.json";

/** What verification of the logs of a package means for it. @param knowsMore whether heads from elsewhere were given */
export async function judgeJournal(
  given: GivenPackage,
  journal: JournalVerification,
  claimed: CheckedLogs["claimed"],
  knowsMore: boolean,
): Promise<void> {
  const { problems } = given;
  for (const { result, at, verdict, message } of eachOnce(journal.problems))
    problems.push({
      verdict: "LOGS",
      result,
      file: at && `${at.file === "anchor.jsonl" ? anchorFolder : "data/logs"}/${at.file}:${at.line}`,
      message: `${verdict}: ${message}`,
    });
  if (claimed !== null && claimed.result !== journal.result)
    problems.push(
      tampered(
        "COUNTS_DIFFER",
        verificationFile,
        `it claims ${claimed.result}, and the logs are ${journal.result}`,
      ),
    );
  else if (
    claimed !== null &&
    !isDeepStrictEqual(withoutKeys(claimed, knowsMore), withoutKeys(journal, knowsMore))
  )
    problems.push(
      tampered("COUNTS_DIFFER", verificationFile, "verification, done again, finds something else"),
    );
  const sizes = new Map(journal.logs.map(({ log, head }) => [log, head?.size ?? 0]));
  const named = new Set(journal.problems.filter(({ verdict }) => isLoss(verdict)).map(({ log }) => log));
  for (const { log, size } of await headsIn(given))
    if (!named.has(log) && size > (sizes.get(log) ?? 0))
      problems.push(
        tampered(
          "LOGS",
          headsFile,
          `TRUNCATED: a head proves that ${log} had ${size} entries, and it has ${sizes.get(log) ?? 0}`,
        ),
      );
}

function isLoss(verdict: string): boolean {
  return verdict === "MISSING_STREAM" || verdict === "TRUNCATED";
}

/** Everybody who knew a log that is gone says so. */
function eachOnce(found: JournalVerification["problems"]): JournalVerification["problems"] {
  const lost = new Set<string | null>();
  return found.filter(({ verdict, log }) => !isLoss(verdict) || (!lost.has(log) && lost.add(log)));
}

/** What depends on the key that one begins with, and on notes that tie no key, is not compared. */
function withoutKeys(found: object, knowsMore: boolean) {
  const { key, keySource, trusted, ...said } = JSON.parse(JSON.stringify(found)) as JournalVerification;
  return {
    ...said,
    problems: said.problems?.filter(({ verdict }) => verdict !== "BAD_ROTATION"),
    // With heads from elsewhere more is checked.
    notChecked: knowsMore
      ? []
      : said.notChecked.filter((what) => !what.startsWith("whether the public key is the right one")),
  };
}
