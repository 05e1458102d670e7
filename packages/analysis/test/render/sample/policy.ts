import type { PolicyException, PolicyFindings } from "../../../src/report/findings.ts";

const exception = (
  rule: "zdr" | "model",
  user: string | null,
  subject: string,
  number: number,
): PolicyException => ({
  rule,
  user_id: user,
  subject,
  calls: number,
  first_seen: "2026-11-03T09:12:44.000Z",
  last_seen: "2026-11-28T17:20:01.500Z",
});

export const policy: PolicyFindings = {
  expected: { zdr: true, models: ["openai/*", "anthropic/*", "google/*"] },
  exceptions: [
    exception("model", "alan@example.com", "deepseek/deepseek-v3.2", 812),
    exception("zdr", "grace@example.com", "openai/gpt-5-mini", 41),
    exception("zdr", null, "google/gemini-2.5-flash", 12),
  ],
  others: null,
};

export const nothingExpected: PolicyFindings = { expected: {}, exceptions: [], others: null };
