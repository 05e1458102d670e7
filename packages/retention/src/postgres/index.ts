export type { PlannedDay } from "./plan-table.ts";
export { type RetainTableOptions, retainTable, type TableRetention } from "./retain-table.ts";
export type { TableDay } from "./table-days.ts";
export type { DaysBefore } from "./table-policy.ts";
