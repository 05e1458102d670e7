import { extname } from "node:path";
import type { Report } from "@openrouter-audit/analysis";
import type { Analysis } from "../analysis/load-analysis.ts";
import { UnusableError } from "../exit-code.ts";
import { reportText, type Screen } from "../format/report-text.ts";
import { jsonLine } from "../format/visible.ts";
import type { Failure } from "./fail-on.ts";

export type ReportFormat = "text" | "markdown" | "csv" | "html" | "json";

const byEnding: Readonly<Record<string, ReportFormat>> = {
  ".txt": "text",
  ".md": "markdown",
  ".markdown": "markdown",
  ".csv": "csv",
  ".html": "html",
  ".htm": "html",
  ".json": "json",
};

/** The one that was asked for, else that of the file's ending; without a file, for a person. @throws UnusableError */
export function formatOf(
  asked: { readonly [format in Exclude<ReportFormat, "text">]?: boolean },
  file: string | undefined,
): ReportFormat {
  const named = (["markdown", "csv", "html", "json"] as const).find((format) => asked[format]);
  if (named) return named;
  if (file === undefined) return "text";
  const format = byEnding[extname(file).toLowerCase()];
  if (format) return format;
  throw new UnusableError(
    `In what form? ${file} does not end in ${Object.keys(byEnding).join(", ")}: say --html, --markdown, --csv or --json.`,
  );
}

/**
 * A report in one of its forms.
 *
 * @param failures what `--fail-on` found; null when nobody asked
 */
export async function formatted(
  report: Report,
  format: ReportFormat,
  failures: readonly Failure[] | null,
  { reportCsv, reportHtml, reportMarkdown }: Analysis,
  screen: Screen,
): Promise<string> {
  switch (format) {
    case "text":
      return reportText(report, screen);
    case "markdown":
      return reportMarkdown(report);
    case "csv":
      return reportCsv(report);
    case "html":
      return reportHtml(report);
    case "json":
      return `${jsonLine(failures === null ? report : { ...report, failures })}\n`;
  }
}
