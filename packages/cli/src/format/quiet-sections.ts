import type { Report } from "@openrouter-audit/analysis";
import { type ReportTable, textOfCell } from "@openrouter-audit/analysis/text";
import { many } from "./amounts.ts";

/** What is worth a table of its own, and the others in a sentence each. */
export interface Sections {
  readonly tables: readonly ReportTable[];
  /** What all calls have in common: `provider OpenAI`. */
  readonly common: readonly string[];
  /** What has only zeros, or nothing to compare with. */
  readonly empty: readonly string[];
}

const breakdowns = new Set(["models", "users", "providers", "features", "tenants", "event-types", "days"]);
const facts = new Set(["latency", "attribution", "streams", "completeness", "entries"]);

/** Tells tables that say something from those whose every row says nothing, or what the sums above say already. */
export function sectionsOf(tables: readonly ReportTable[], report: Report): Sections {
  const common: string[] = [];
  const empty: string[] = [];
  const told = tables.filter((table) => {
    if (isOfOne(table)) common.push(onlyRow(table));
    else if (facts.has(table.id) && table.rows.every(isEmpty)) empty.push(inSentence(table.title));
    else if (table.id === "rules" && foundNothing(report)) empty.push(unusualText(report));
    else return true;
    return false;
  });
  return { tables: told, common, empty };
}

/** Nobody known is no group: that is to be seen. */
function isOfOne({ id, rows, more }: ReportTable): boolean {
  const [key] = rows[0]!;
  return breakdowns.has(id) && rows.length === 1 && more === null && typeof key === "object" && "log" in key;
}

function onlyRow({ columns, rows }: ReportTable): string {
  return `${inSentence(columns[0]!.title)} ${textOfCell(rows[0]![0]!)}`;
}

function isEmpty([, ...cells]: ReportTable["rows"][number]): boolean {
  return cells.every((cell) => /^(0|—)( \(.*\))?$/.test(textOfCell(cell)));
}

function foundNothing({ unusual_rules }: Report): boolean {
  return unusual_rules.every(({ found }) => found === 0);
}

/** That nothing was found says nothing where nothing could be judged. */
function unusualText({ unusual_rules }: Report): string {
  const unjudged = unusual_rules.reduce((sum, { not_judged }) => sum + not_judged, 0);
  const left = unjudged === 0 ? "" : `; ${many(unjudged, "case")} with too little before to judge`;
  return `unusual activity (${many(unusual_rules.length, "rule")}${left})`;
}

function inSentence(title: string): string {
  return `${title[0]!.toLowerCase()}${title.slice(1)}`;
}
