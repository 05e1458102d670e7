export type { PlannedDay } from "./plan-table.ts";
export { retainTable, type TableRetention } from "./retain-table.ts";
export type { RetainTableOptions } from "./retain-table-options.ts";
export type { TableDay } from "./table-days.ts";
export type { DaysBefore } from "./table-policy.ts";
