// One style for what a command shows and what a report says.
export {
  bytesInWords,
  count,
  dollars,
  duration,
  many,
  moment,
  percent,
  unknown,
} from "@openrouter-audit/analysis/text";
