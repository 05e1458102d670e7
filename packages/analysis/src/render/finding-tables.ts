import type { Newcomer, PolicyExpectations, Report, UnusualActivity } from "../report/report.ts";
import { unusualCases } from "../report/sums.ts";
import { count, many, moment, percent } from "./amounts.ts";
import { type Cell, type ReportTable, said } from "./cell.ts";
import { leftOut } from "./fact-tables.ts";
import { problemsLeftOut } from "./verdict.ts";

/** Tables of what was found: errors, exceptions, the unusual and the new. */

const calls = { title: "Calls", align: "right" } as const;

export function errorsTable({ errors }: Report, most: number): ReportTable {
  return {
    id: "errors",
    title: "Errors",
    caption: "Calls that did not end as success, by what became of them.",
    columns: [
      { title: "Error" },
      { title: "Code" },
      { title: "Status" },
      calls,
      { title: "Of all", align: "right" },
      { title: "Last seen (UTC)", whole: true, dispensable: true },
    ],
    rows: errors
      .slice(0, most)
      .map((group): Cell[] => [
        said(group.error_type, "no type"),
        said(group.error_code, "—"),
        said(group.status, "unknown"),
        count(group.calls),
        percent(group.share),
        said(moment(group.last_seen), "—"),
      ]),
    more: leftOut(errors.length - most),
  };
}

const rules = {
  zdr: "Zero data retention not asked for",
  data_collection: "Data collection not denied",
  model: "Model outside the list",
  provider: "Provider outside the list",
};

export function policyTable({ policy }: Report, most: number): ReportTable {
  const { expected, exceptions } = policy;
  return {
    id: "policy",
    title: "Policy exceptions",
    caption: `Calls that were not as they should be. ${expectationInWords(expected)}`,
    columns: [
      { title: "Rule" },
      { title: "User" },
      { title: "Model or provider" },
      calls,
      { title: "First seen (UTC)", whole: true, dispensable: true },
      { title: "Last seen (UTC)", whole: true, dispensable: true },
    ],
    rows: exceptions
      .slice(0, most)
      .map((exception): Cell[] => [
        rules[exception.rule],
        said(exception.user_id, "nobody known"),
        said(exception.subject, "none"),
        count(exception.calls),
        said(moment(exception.first_seen), "—"),
        said(moment(exception.last_seen), "—"),
      ]),
    more: leftOut(exceptions.length + (policy.others?.groups ?? 0) - most),
  };
}

function expectationInWords({ zdr, deny_data_collection, models, providers }: PolicyExpectations): string {
  const expected = [
    zdr && "zero data retention",
    deny_data_collection && "no data collection",
    models && `models ${models.join(", ")}`,
    providers && `providers ${providers.join(", ")}`,
  ].filter(Boolean);
  return expected.length > 0 ? `Expected: ${expected.join("; ")}.` : "Nothing was expected.";
}

const unusualRules: Readonly<Record<UnusualActivity["rule"], string>> = {
  error_spike: "Many errors",
  cost_spike: "High cost",
  token_spike: "Many tokens",
  off_hours: "Off hours",
};

export function unusualTable({ unusual, unusual_rules }: Report, most: number): ReportTable {
  return {
    id: "unusual",
    title: "Unusual activity",
    caption: "What the stated rules find unusual. That need not be wrong.",
    columns: [
      { title: "What" },
      { title: "Whose" },
      { title: "From (UTC)", whole: true },
      { title: "Why", prose: true },
    ],
    rows: unusual
      .slice(0, most)
      .map(({ rule, scope, user_id, at, unit, explanation }): Cell[] => [
        unusualRules[rule],
        scope === "all" ? "all calls" : said(user_id, "nobody known"),
        said(unit !== "day" ? moment(at) : at.slice(0, 10), "—"),
        said(explanation, "—"),
      ]),
    more: leftOut(unusualCases({ unusual_rules }) - Math.min(most, unusual.length)),
  };
}

/** How far the rules could judge: silence says nothing where there was nothing to compare with. */
export function rulesTable({ unusual_rules }: Report): ReportTable {
  const numbers = ["Judged", "Could not judge", "Found"];
  return {
    id: "rules",
    title: "Rules for unusual activity",
    caption: "What they looked at. Where there were too few calls before, nothing can be said.",
    columns: [
      { title: "Rule" },
      { title: "Of" },
      ...numbers.map((title) => ({ title, align: "right" as const })),
      { title: "What it finds", prose: true },
    ],
    rows: unusual_rules.map(({ rule, scope, finds, unit, judged, not_judged, found }): Cell[] => [
      unusualRules[rule],
      scope === "all" ? "all calls" : "each user",
      many(judged, unit),
      count(not_judged),
      count(found),
      said(finds, "—"),
    ]),
    more: null,
  };
}

export function newsTable({ news }: Report, most: number): ReportTable {
  const kinds = Object.entries({ User: news?.users, Model: news?.models, Provider: news?.providers });
  const all = kinds.flatMap(([kind, newcomers]) =>
    (newcomers ?? []).map((newcomer: Newcomer): Cell[] => [
      kind,
      said(newcomer.key, "—"),
      said(moment(newcomer.first_seen), "—"),
      count(newcomer.calls),
    ]),
  );
  const others = Object.values(news?.others ?? {}).reduce((sum, number) => sum + number, 0);
  return {
    id: "news",
    title: "New since the period before",
    caption: news
      ? "Users, models and providers that the period before does not know."
      : "There was no period before to compare with.",
    columns: [{ title: "What" }, { title: "Name" }, { title: "First seen (UTC)", whole: true }, calls],
    rows: all.slice(0, most),
    more: leftOut(all.length - Math.min(most, all.length) + others),
  };
}

export function verificationTable(report: Report): ReportTable {
  const problems = report.verification?.problems ?? [];
  return {
    id: "verification",
    title: "Verification",
    caption: "What verification found. Each code is explained in docs/seal.md.",
    columns: [
      { title: "Code", whole: true },
      { title: "What was found", prose: true },
    ],
    rows: problems.map(({ code, message }): Cell[] => [said(code, "—"), said(message, "—")]),
    more: problemsLeftOut(report),
  };
}
