export { type Hold, type HoldAct, type HoldTerms, holdsIn } from "@openrouter-audit/core/seal";
