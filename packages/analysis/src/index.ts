export { type ColumnType, type EntryColumn, entryColumns } from "./entries/columns.ts";
export type {
  EntryTable,
  Snapshot,
  SnapshotOptions,
  SqlRow,
  SqlValue,
  Statement,
} from "./entries/entry-table.ts";
export { type OpenEntriesOptions, openEntries } from "./entries/open-entries.ts";
export type { Condition, ConditionValue, EntryFilter } from "./filter/entry-filter.ts";
export type { Page, QueryOptions } from "./query/query.ts";
export { query, type RecordedReading, recordedIn, report } from "./readings/recorded-answers.ts";
export type { ReportOptions } from "./report/make-report.ts";
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
} from "./report/report.ts";
