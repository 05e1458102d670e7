import type { Breakdown, Measures } from "../report/measures.ts";
import type { Report } from "../report/report.ts";

/** A row of the CSV: what is not said is an empty cell. */
export interface CsvRow {
  readonly section: string;
  readonly key?: string | null;
  readonly measured?: Partial<Measures>;
  /** A number that is no count of calls. */
  readonly value?: number | null;
  readonly first?: string | null;
  readonly last?: string | null;
  readonly text?: string | null;
}

/** Everything that a report says, section by section. */
export function csvRows(report: Report): CsvRow[] {
  const { period, compared_with: before, source, entries, attribution, streams } = report;
  return [
    { section: "report", key: source.kind, last: report.generated_at, text: source.name },
    { section: "source", key: "days", first: source.first_day, last: source.last_day },
    { section: "period", first: period.since, last: period.until },
    ...(before ? [{ section: "compared_with", first: before.since, last: before.until }] : []),
    ...verificationRows(report),
    { section: "totals", measured: report.totals },
    ...breakdownNames.flatMap((by) => breakdownRows(by, report[by])),
    ...report.hours.map(({ at, ...measured }) => ({ section: "hours", key: at, measured })),
    ...errorRows(report),
    ...refusalRows(report),
    ...policyRows(report),
    ...unusualRows(report),
    ...newsRows(report),
    ...completenessRows(report),
    ...counts("attribution", attribution),
    ...values("streams", streams),
    ...values("entries", entries),
    { section: "newest_entry", last: report.newest_entry },
  ];
}

const breakdownNames = [
  "by_day",
  "by_hour",
  "by_user",
  "by_model",
  "by_provider",
  "by_feature",
  "by_tenant",
  "by_event_type",
] as const;

function breakdownRows(section: string, { rows, others }: Breakdown): CsvRow[] {
  const left = others && { calls: others.calls, cost_usd: others.cost_usd };
  return [
    ...rows.map(({ key, ...measured }) => ({ section, key, measured })),
    ...(left ? [{ section: `${section}:others`, measured: left, value: others.groups }] : []),
  ];
}

function errorRows({ errors }: Report): CsvRow[] {
  return errors.map(({ status, error_type, error_code, calls, share, last_seen }) => ({
    section: `errors:${status}`,
    key: error_type,
    measured: { calls },
    value: share,
    last: last_seen,
    text: error_code,
  }));
}

function refusalRows({ refused }: Report): CsvRow[] {
  return [
    ...refused.by_application.map(({ error_type, calls }) => ({
      section: "refused:by_application",
      key: error_type,
      measured: { calls },
    })),
    { section: "refused:by_model", measured: { calls: refused.by_model } },
  ];
}

function policyRows({ policy }: Report): CsvRow[] {
  const { others } = policy;
  return [
    ...policy.exceptions.map(({ rule, user_id, subject, calls, first_seen, last_seen }) => ({
      section: `policy:${rule}`,
      key: user_id,
      measured: { calls },
      first: first_seen,
      last: last_seen,
      text: subject,
    })),
    ...(others
      ? [{ section: "policy:others", measured: { calls: others.calls }, value: others.groups }]
      : []),
  ];
}

function unusualRows({ unusual, unusual_rules }: Report): CsvRow[] {
  return [
    ...unusual.map(({ rule, user_id, at, value, explanation }) => ({
      section: `unusual:${rule}`,
      key: user_id,
      value,
      first: at,
      text: explanation,
    })),
    ...unusual_rules.map(({ rule, scope, found, finds }) => ({
      section: `unusual_rules:${scope}`,
      key: rule,
      value: found,
      text: finds,
    })),
  ];
}

function newsRows({ news }: Report): CsvRow[] {
  if (news === null) return [];
  return (["users", "models", "providers"] as const).flatMap((kind) => [
    ...news[kind].map(({ key, first_seen, calls }) => ({
      section: `news:${kind}`,
      key,
      measured: { calls },
      first: first_seen,
    })),
    ...(news.others[kind] > 0 ? [{ section: `news:${kind}:others`, value: news.others[kind] }] : []),
  ]);
}

function completenessRows({ completeness: { orphans, gaps, unreadable, ...numbers } }: Report): CsvRow[] {
  return [
    ...values("completeness", { ...orphans, ...numbers }),
    ...gaps.map(({ log, reason, count, since, until }) => ({
      section: "completeness:gap",
      key: log,
      value: count,
      first: since,
      last: until,
      text: reason,
    })),
    ...unreadable.map(({ file, lines }) => ({ section: "completeness:unreadable", key: file, value: lines })),
  ];
}

function verificationRows({ verification }: Report): CsvRow[] {
  if (verification === null) return [{ section: "verification", key: null, text: "not verified" }];
  const { result, reason, key, entries, problems, not_checked, from_day, to_day } = verification;
  return [
    {
      section: "verification",
      key: result,
      value: entries,
      first: from_day,
      last: to_day,
      text: key ?? reason,
    },
    ...not_checked.map((text) => ({ section: "verification:not_checked", text })),
    ...problems.map(({ code, message }) => ({ section: "verification:problem", key: code, text: message })),
  ];
}

function counts(section: string, calls: object): CsvRow[] {
  return Object.entries(calls).map(([key, number]) => ({ section, key, measured: { calls: number } }));
}

function values(section: string, numbers: object): CsvRow[] {
  return Object.entries(numbers).map(([key, value]) => ({ section, key, value }));
}
