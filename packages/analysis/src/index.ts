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
export { lakeSource } from "./lake/lake-source.ts";
export type { LakeTotals } from "./lake/lake-totals.ts";
export { isLake } from "./lake/layout.ts";
export type { WriteLakeOptions, WrittenLake } from "./lake/write-lake.ts";
export type { FindOptions, FoundBy, FoundEntry } from "./query/find-entries.ts";
export type { LookedUp, LookUpOptions } from "./query/look-up.ts";
export type { Neighbour, Neighbours, Relation } from "./query/neighbours.ts";
export type { Page } from "./query/query.ts";
export type { QueryOptions } from "./query/query-options.ts";
export {
  lookUp,
  query,
  queryPage,
  type RecordedReading,
  recordedIn,
  report,
  sql,
  writeLake,
} from "./readings/recorded-answers.ts";
export { reportCsv } from "./render/report-csv.ts";
export { reportHtml } from "./render/report-html.ts";
export { reportMarkdown } from "./render/report-markdown.ts";
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
export { type DescribedColumn, describedCalls, describedColumns } from "./sql/describe.ts";
export type { SqlOptions } from "./sql/sql-options.ts";
