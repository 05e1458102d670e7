import type { Breakdown } from "../report/measures.ts";
import type { Report } from "../report/report.ts";
import { type Broken, breakdownTable } from "./breakdown-table.ts";
import type { ReportTable } from "./cell.ts";
import {
  attributionTable,
  completenessTable,
  entriesTable,
  gapsTable,
  latencyTable,
  refusedTable,
  streamsTable,
  totalsTable,
  unreadableTable,
} from "./fact-tables.ts";
import {
  errorsTable,
  newsTable,
  policyTable,
  rulesTable,
  unusualTable,
  verificationTable,
} from "./finding-tables.ts";

/** The breakdowns of a report, by the member they stand in. */
export const breakdowns = {
  by_day: {
    id: "days",
    title: "By day",
    head: "Day (UTC)",
    counted: ["day", "days"],
    missing: "no day",
    caption: "Days without calls are left out.",
  },
  by_model: {
    id: "models",
    title: "By model",
    head: "Model",
    counted: ["model", "models"],
    missing: "no model",
    caption: "By the model that was asked for.",
  },
  by_user: {
    id: "users",
    title: "By user",
    head: "User",
    counted: ["user", "users"],
    missing: "nobody known",
    caption: "By the user that the application authenticated.",
  },
  by_provider: {
    id: "providers",
    title: "By provider",
    head: "Provider",
    counted: ["provider", "providers"],
    missing: "no provider",
    caption: "By who answered.",
  },
  by_feature: {
    id: "features",
    title: "By feature",
    head: "Feature",
    counted: ["feature", "features"],
    missing: "no feature",
    caption: "By metadata.feature.",
  },
  by_tenant: {
    id: "tenants",
    title: "By tenant",
    head: "Tenant",
    counted: ["tenant", "tenants"],
    missing: "no tenant",
    caption: "By tenant_id.",
  },
  by_event_type: {
    id: "event-types",
    title: "By kind of call",
    head: "Kind",
    counted: ["kind", "kinds"],
    missing: "no kind",
    caption: "By event_type.",
  },
  by_hour: {
    id: "hours",
    title: "By hour of the day",
    head: "Hour (UTC)",
    counted: ["hour", "hours"],
    missing: "no hour",
    caption: "Over all days.",
  },
} as const satisfies Readonly<Record<string, Broken>>;

/** What was found, before what was counted. Only tables that have rows. */
export function findingTables(report: Report, most: number): ReportTable[] {
  return [
    verificationTable(report),
    policyTable(report, most),
    unusualTable(report, most),
    gapsTable(report, most),
    unreadableTable(report, most),
    newsTable(report, most),
  ].filter(({ rows }) => rows.length > 0);
}

/** Errors, days, hours, and all else that calls are counted by. Only tables that have rows. */
export function breakdownTables(report: Report, most: number): ReportTable[] {
  const telling = (Object.keys(breakdowns) as By[]).filter((by) => isTelling(by, report[by]));
  const counted = telling.map((by) => {
    const all = by === "by_day" || by === "by_hour";
    return breakdownTable(breakdowns[by], report[by], all ? Number.POSITIVE_INFINITY : most);
  });
  return [errorsTable(report, most), ...counted].filter(({ rows }) => rows.length > 0);
}

type By = keyof typeof breakdowns;

/** That nobody uses features, or tenants, needs no table. */
function isTelling(by: By, { groups, rows }: Breakdown): boolean {
  const isOptional = by === "by_feature" || by === "by_tenant";
  return !(isOptional && groups === 1 && rows[0]!.key === null);
}

/** What there is one of: latency, sums, attribution, refusals, streams, completeness, entries. */
export function factTables(report: Report): ReportTable[] {
  return [
    latencyTable(report),
    totalsTable(report),
    attributionTable(report),
    refusedTable(report),
    streamsTable(report),
    completenessTable(report),
    entriesTable(report),
    rulesTable(report),
  ].filter(({ rows }) => rows.length > 0);
}
