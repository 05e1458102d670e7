export { shellWord } from "@openrouter-audit/analysis/text";
