import type { Report, ReportVerification } from "../../src/report/report.ts";
import { sampleReport, tampered } from "./sample-report.ts";

/** What somebody writes who wants to be more than text. */
export const hostileTexts = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(2)>',
  "javascript:alert(3)",
  "=cmd|'/C calc'!A0",
  "@SUM(1+1)*cmd",
  "\u202egnp.exe\u2066",
  "| `pipes` | **bold** | [a](javascript:alert(4)) |\n# heading\r\n\x1b[2J",
  "]]></style><svg onload=alert(5)>",
  "' onmouseover='alert(6)",
  "</table><iframe src=https://example.com>",
] as const;

/** Such texts wherever a log can put one. */
export function hostileReport(): Report {
  const report = sampleReport();
  let turn = 0;
  const evil = () => hostileTexts[turn++ % hostileTexts.length]!;
  const poisoned = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => poisoned(each, name));
    if (value !== null && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each, key)]));
    return typeof value === "string" && !fixed.has(name) ? evil() : value;
  };
  return {
    ...(poisoned(report, "") as Report),
    period: report.period,
    compared_with: report.compared_with,
    by_day: report.by_day,
    by_hour: report.by_hour,
    generator: report.generator,
    verification: { ...(poisoned(tampered, "") as ReportVerification), result: "tampered" },
  };
}

// What no line of a log says: it is computed, or one of few words.
const fixed = new Set(["rule", "scope", "unit", "kind", "generated_at", "key_source", "result"]);
