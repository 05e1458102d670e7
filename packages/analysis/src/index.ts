export { type ColumnType, type EntryColumn, entryColumns } from "./entries/columns.ts";
export type {
  EntryTable,
  FileRows,
  Snapshot,
  SnapshotOptions,
  SqlRow,
  SqlValue,
  Statement,
} from "./entries/entry-table.ts";
export { type OpenEntriesOptions, openEntries } from "./entries/open-entries.ts";
export type { Condition, ConditionValue, EntryFilter, RangeEnd } from "./filter/entry-filter.ts";
export { type EntryMatcher, entryMatcher } from "./filter/entry-matcher.ts";
export { memberType } from "./filter/member.ts";
export { type Page, query, queryPage } from "./query/query.ts";
export type { QueryOptions } from "./query/query-options.ts";
export { report } from "./report/make-report.ts";
export type { Breakdown, Distribution, HourOfCalls, Measures } from "./report/measures.ts";
export type {
  Attributions,
  Completeness,
  EntryCounts,
  ErrorGroup,
  Gap,
  Newcomer,
  News,
  PolicyException,
  PolicyExpectations,
  PolicyFindings,
  Refusals,
  Report,
  ReportPeriod,
  ReportVerification,
  StreamFacts,
  UnusualActivity,
  UnusualRule,
} from "./report/report.ts";
export type { ReportOptions, ReportProgress } from "./report/report-options.ts";
export type { UnusualOptions } from "./report/unusual-options.ts";
export type { SqlAnswer, SqlCell, SqlColumn, SqlType } from "./sql/answer.ts";
export { type DescribedColumn, describedColumns } from "./sql/describe.ts";
export { type SqlOptions, sql } from "./sql/sql.ts";
