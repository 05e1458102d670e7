// How what stands in a log, and in a report, is shown to a person. Light: it starts no engine.
export {
  bytesInWords,
  count,
  dollars,
  duration,
  many,
  moment,
  percent,
  unknown,
} from "./render/amounts.ts";
export { type Attention, attentionOf } from "./render/attention.ts";
export {
  type Cell,
  type LogText,
  type Missing,
  type ReportTable,
  type TableColumn,
  textOfCell,
} from "./render/cell.ts";
export { type KeyFigure, keyFigures } from "./render/key-figures.ts";
export { periodExactly, periodInWords } from "./render/period-words.ts";
export { breakdownTables, factTables, findingTables } from "./render/report-tables.ts";
export { shellWord } from "./render/shell-word.ts";
export { daysVerified, type ReportVerdict, verdictOf, verifyCommand } from "./render/verdict.ts";
export { jsonLine, visible } from "./render/visible.ts";
export { gapsOfLog, policyExceptions, unattributedCalls } from "./report/sums.ts";
