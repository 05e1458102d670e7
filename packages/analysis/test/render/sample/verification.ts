import type { ReportVerification } from "../../../src/report/findings.ts";

export const intact: ReportVerification = {
  result: "intact",
  reason: null,
  not_checked: [],
  key: "audit.example.com+7f3a9c21+AYWeZkpQ0WZzRk1T0cB3cXc0vJ8lO1aMZr2sV6yD4nHk",
  key_source: "given",
  entries: 52_113,
  logs: 12,
  problems: [],
  problem_count: 0,
  from_day: "2026-11-01",
  to_day: "2026-11-30",
};

/** Of a log with the gap, and the lines that are no entries, of completeness.ts. */
export const withGap: ReportVerification = {
  ...intact,
  result: "incomplete",
  problems: [
    {
      code: "GAP",
      message: 'The log states that 18 entries were lost: "ENOSPC". audit_2026-11-17.jsonl:4096.',
    },
    { code: "FOREIGN_LINE", message: "A line that is no entry: audit_2026-11-17.jsonl:4180." },
    { code: "FOREIGN_LINE", message: "A line that is no entry: audit_2026-11-17.jsonl:4181." },
  ],
  problem_count: 3,
};

export const tampered: ReportVerification = {
  ...intact,
  result: "tampered",
  problems: [
    {
      code: "ROOT_MISMATCH",
      message: "The line is not the one that was sealed: audit_2026-11-17.jsonl:4182.",
    },
    { code: "SEQ_GAP", message: "3 lines are missing after seq 211 of openrouter-audit/web-2/01a20b67." },
  ],
  problem_count: 7,
};

export const incomplete: ReportVerification = {
  ...intact,
  not_checked: ["255 of 256 signatures"],
  result: "incomplete",
  key_source: "journal",
  problems: [{ code: "UNCLOSED", message: "The log openrouter-audit/web-3/01a2 was not closed." }],
  problem_count: 1,
};

export const unverifiable: ReportVerification = {
  ...intact,
  result: "not_verified",
  reason: "A table has no key that could be trusted.",
  key: null,
  key_source: null,
  entries: 0,
  logs: 0,
};
