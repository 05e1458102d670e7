import type { Report } from "../report/report.ts";
import { count, many } from "./amounts.ts";
import { shellWord } from "./shell-word.ts";

/** Whether the log can be believed, as the first thing a report says. */
export interface ReportVerdict {
  readonly result: "intact" | "incomplete" | "tampered" | "unverified";
  /** One word or two, in capitals. */
  readonly word: string;
  readonly sentence: string;
  /** Whose key was trusted; null when none was. */
  readonly key: string | null;
  /** Who said that it is the key. */
  readonly keySource: string | null;
  /** What was not looked at, in words. */
  readonly notChecked: readonly string[];
}

export function verdictOf({ verification }: Report): ReportVerdict {
  if (verification === null || verification.result === "not_verified")
    return unverified(verification?.reason ?? null);
  const { result, key, key_source, entries, logs, problem_count, not_checked } = verification;
  const extent = `${many(entries, "entry", "entries")} in ${many(logs, "log")}`;
  const sentences = {
    intact: `${extent}, all as they were sealed.`,
    incomplete: `${extent} verified; ${many(problem_count, "thing is", "things are")} missing, out of place or without proof.`,
    tampered: `This log is not what was sealed: ${many(problem_count, "contradiction")}. ${extent} still verified. Do not rely on these numbers.`,
  };
  return {
    result,
    word: result.toUpperCase(),
    sentence: sentences[result],
    key,
    keySource:
      key_source === "given"
        ? "given by who asked for the report"
        : "read from the journal itself: whoever can replace the journal can replace it too",
    notChecked: not_checked,
  };
}

function unverified(reason: string | null): ReportVerdict {
  const why = reason === null ? "Nobody has checked" : `${reason} So it was not checked`;
  return {
    result: "unverified",
    word: "NOT VERIFIED",
    sentence: `${why} whether these entries are as they were sealed. The numbers say what the log says.`,
    key: null,
    keySource: null,
    notChecked: [],
  };
}

/** Which days were verified, in words. */
export function daysVerified({ verification }: Report): string | null {
  if (verification === null) return null;
  const { from_day, to_day } = verification;
  if (from_day === null && to_day === null) return "all days";
  return `${from_day ?? "the first day"} to ${to_day ?? "the last day"}`;
}

/**
 * What to type to check the log oneself.
 *
 * @param key as `--key` takes it. Left out, it is a file of whoever reads this, with the key that was handed to them
 */
export function verifyCommand({ source, verification }: Report, key = "@public-key.txt"): string {
  const days = [
    verification?.from_day && `--since ${shellWord(verification.from_day)}`,
    verification?.to_day && `--until ${shellWord(verification.to_day)}`,
  ];
  const words = ["npx openrouter-audit verify", shellWord(source.name), "--key", shellWord(key), ...days];
  return words.filter(Boolean).join(" ");
}

/** How many problems the report does not list; null when it lists all. */
export function problemsLeftOut({ verification }: Report): string | null {
  const left = (verification?.problem_count ?? 0) - (verification?.problems.length ?? 0);
  return left > 0 ? `and ${count(left)} more: openrouter-audit verify lists all` : null;
}
