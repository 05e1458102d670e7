import type { Distribution } from "../report/measures.ts";
import type { Report } from "../report/report.ts";
import { count, dollars, duration, moment, percent } from "./amounts.ts";
import { type Cell, type ReportTable, said } from "./cell.ts";

/** Tables of two columns, and of few rows: what there is one of. */

type Fact = readonly [name: string, value: string];

const factColumns = (head: string, value: string): ReportTable["columns"] => [
  { title: head },
  { title: value, align: "right" },
];

function facts(
  table: Pick<ReportTable, "id" | "title" | "caption">,
  columns: ReportTable["columns"],
  rows: readonly Fact[],
): ReportTable {
  return { ...table, columns, rows, more: null };
}

export function totalsTable({ totals: t }: Report): ReportTable {
  return facts(
    { id: "totals", title: "Totals", caption: "All calls of the period." },
    factColumns("Measure", "All calls"),
    [
      ["Calls", count(t.calls)],
      ["Success", `${count(t.success)} (${percent(t.success_rate)})`],
      ["Error", count(t.error)],
      ["Aborted", count(t.aborted)],
      ["Unknown", count(t.unknown)],
      ["Cost", dollars(t.cost_usd)],
      ["Calls whose cost nobody told", count(t.calls_without_cost)],
      ["Paid to providers with own keys", dollars(t.byok_upstream_cost_usd)],
      ["Prompt tokens", count(t.prompt_tokens)],
      ["Of those, from the cache", count(t.cached_tokens)],
      ["Completion tokens", count(t.completion_tokens)],
      ["Of those, reasoning", count(t.reasoning_tokens)],
      ["Total tokens", count(t.total_tokens)],
    ],
  );
}

export function latencyTable({ totals }: Report): ReportTable {
  const row = (name: string, measured: Distribution | null): Cell[] => [
    name,
    count(measured?.count),
    ...(["average", "p50", "p95", "p99", "max"] as const).map((of) => duration(measured?.[of])),
  ];
  const titles = ["Measured calls", "Average", "p50", "p95", "p99", "Longest"];
  return {
    id: "latency",
    title: "Latency",
    caption:
      "How long calls took, and until the first token of an answer was there. p95: of 100 calls, 95 took no longer.",
    columns: [{ title: "Time" }, ...titles.map((title) => ({ title, align: "right" as const }))],
    rows: [
      row("Until the end of the answer", totals.latency_ms),
      row("Until its first token", totals.time_to_first_token_ms),
    ],
    more: null,
  };
}

export function attributionTable({ attribution, totals }: Report): ReportTable {
  const of = (calls: number) =>
    `${count(calls)} (${percent(totals.calls > 0 ? calls / totals.calls : null)})`;
  return facts(
    { id: "attribution", title: "Attribution", caption: "How many calls are of whom." },
    factColumns("Attribution", "Calls"),
    [
      ["Authenticated: a user is known", of(attribution.authenticated)],
      ["Anonymous: nobody was signed in", of(attribution.anonymous)],
      ["No context: made outside of any request", of(attribution.no_context)],
      ["Unresolved: finding the user failed", of(attribution.unresolved)],
      ["Something else", of(attribution.other)],
    ],
  );
}

export function refusedTable({ refused }: Report): ReportTable {
  const byApplication = refused.by_application.map(({ error_type, calls }): Cell[] => [
    said(error_type, "no reason"),
    "the application: nothing was sent",
    count(calls),
  ]);
  const byModel = [["a refusal in the answer", "the model", count(refused.by_model)]];
  return {
    id: "refused",
    title: "Refusals",
    caption: "What the application did not send, and what a model would not answer.",
    columns: [{ title: "Reason" }, { title: "Refused by" }, { title: "Calls", align: "right" }],
    rows: [...byApplication, ...(refused.by_model > 0 ? byModel : [])],
    more: null,
  };
}

export function streamsTable({ streams }: Report): ReportTable {
  return facts(
    { id: "streams", title: "Streams", caption: "Answers that were asked for as streams." },
    factColumns("Streams", "Calls"),
    [
      ["Asked for", count(streams.calls)],
      ["Aborted by who asked", count(streams.aborted)],
      ["Cut: the end did not arrive", count(streams.cut)],
      ["Of those two, whose cost nobody told", count(streams.without_cost)],
    ],
  );
}

export function completenessTable({ completeness: c }: Report): ReportTable {
  return facts(
    {
      id: "completeness",
      title: "Completeness",
      caption: "What is known to be missing. Sums are too small by that.",
    },
    factColumns("What", "Number"),
    [
      ["Calls without an end, whose process is gone (orphans)", count(c.orphans.orphaned)],
      ["Calls still running", count(c.orphans.running)],
      ["Calls whose end nobody saw", count(c.presumed_ended)],
      ["Entries lost in gaps", count(c.lost_entries)],
      ["Entries that stand there more than once", count(c.repeated_entries)],
      ["Lines that are no entries", count(c.unreadable_lines)],
    ],
  );
}

export function entriesTable({ entries }: Report): ReportTable {
  return facts(
    {
      id: "entries",
      title: "Entries",
      caption: "What is in the log of this period. Only calls are in the sums.",
    },
    factColumns("Kind", "Entries"),
    [
      ["Calls", count(entries.calls)],
      ["Management: keys, credits, records", count(entries.management)],
      ["Catalogue: lists of models", count(entries.catalogue)],
      ["Refused: nothing was sent", count(entries.refused)],
      ["The application's own", count(entries.application)],
      ["The log about itself", count(entries.system)],
    ],
  );
}

export function gapsTable({ completeness }: Report, most: number): ReportTable {
  const { gaps } = completeness;
  const at = (time: string | null) => said(time && moment(time), "unknown");
  return {
    id: "gaps",
    title: "Gaps",
    caption: "When the log could not be written. It says so itself.",
    columns: [
      { title: "From (UTC)", whole: true },
      { title: "To (UTC)", whole: true },
      { title: "Lost", align: "right" },
      { title: "Reason" },
      { title: "Log", dispensable: true },
    ],
    rows: gaps
      .slice(0, most)
      .map(({ log, reason, count: lost, since, until }): Cell[] => [
        at(since),
        at(until),
        count(lost),
        said(reason, "no reason"),
        said(log, "no log"),
      ]),
    more: leftOut(gaps.length - Math.min(most, gaps.length) + completeness.other_gaps),
  };
}

export function unreadableTable({ completeness }: Report, most: number): ReportTable {
  const { unreadable } = completeness;
  return {
    id: "unreadable",
    title: "Unreadable lines",
    caption: "Lines that are no entries, in all files that were read.",
    columns: [{ title: "File" }, { title: "Lines", align: "right" }],
    rows: unreadable.slice(0, most).map(({ file, lines }): Cell[] => [said(file, "no file"), count(lines)]),
    more: leftOut(unreadable.length - most),
  };
}

/** What a table does not show. */
export function leftOut(number: number): string | null {
  return number > 0 ? `and ${count(number)} more` : null;
}
