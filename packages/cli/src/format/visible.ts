export { jsonLine, visible } from "@openrouter-audit/analysis/text";
