import type { Verdict, VerificationProblem } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { many } from "./amounts.ts";
import { verdictMeaning } from "./verdict-meaning.ts";
import { visible } from "./visible.ts";

/** Of a kind, so many are told: a lost file makes hundreds of them, and one changed line must not drown in those. */
const mostKept = 100;
const mostOfAKind = 5;

/** What was changed before what is missing, causes before what comes of them. */
const order: readonly Verdict[] = [
  "ROOT_MISMATCH",
  "BAD_SIGNATURE",
  "NOT_CANONICAL",
  "FORK",
  "UNDELEGATED_STREAM",
  "REFUSED_FILE",
  "SEQ_ORDER",
  "SEQ_GAP",
  "RETENTION_VIOLATION",
  "TRUNCATED",
  "MISSING_STREAM",
  "UNSUPPORTED",
  "FOREIGN_LINE",
  "TORN_TAIL",
  "UNSIGNED_TAIL",
  "UNCLOSED",
  "GAP",
  "MISFILED",
  "PARTIAL",
  "BAD_LINK",
  "BAD_ROTATION",
  "DUPLICATE",
];

/** The findings of a verification, kind by kind, each kind with its meaning. */
export function findingsText(
  problems: readonly VerificationProblem[],
  colors: Colors,
  meaning: Readonly<Record<Verdict, string>> = verdictMeaning,
): string[] {
  const all = distinct(problems);
  return order.flatMap((verdict) => {
    const found = all.filter((problem) => problem.verdict === verdict);
    if (found.length === 0) return [];
    const more = found.length - mostOfAKind;
    return [
      "",
      ...found.slice(0, mostOfAKind).flatMap((problem) => findingLines(problem, colors)),
      ...(more > 0
        ? [`    … and ${many(more, `more ${verdict}`, `more ${verdict}`)}${listed(found.length)}`]
        : []),
      `    ${colors.dim(meaning[verdict])}`,
    ];
  });
}

/** A verification keeps so many of a kind in each file and log. */
function listed(count: number): string {
  return count < mostKept
    ? ": --json lists all."
    : ", or many more: --json lists up to 100 in each file and log.";
}

/** Without what is only said once more: a log that is gone is missed by every log after it. */
export function distinct(problems: readonly VerificationProblem[]): VerificationProblem[] {
  const missing = new Set<string | null>();
  return problems.filter(({ verdict, log }) => {
    if (verdict !== "MISSING_STREAM") return true;
    const isNew = !missing.has(log);
    missing.add(log);
    return isNew;
  });
}

function findingLines(
  { verdict, result, log, seq, at, message }: VerificationProblem,
  colors: Colors,
): string[] {
  const paint = { tampered: colors.red, incomplete: colors.yellow, intact: colors.dim }[result];
  const where = [
    at && (at.line > 0 ? `${visible(at.file)}:${at.line}` : visible(at.file)),
    seq !== null && `seq ${seq}`,
    log !== null && `log ${visible(log)}`,
  ].filter(Boolean);
  const line = `  ${paint(verdict)}  ${visible(message)}`;
  return where.length > 0 ? [line, `    ${where.join(", ")}`] : [line];
}
