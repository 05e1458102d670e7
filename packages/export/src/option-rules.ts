import type { OptionRule } from "@openrouter-audit/core/sink";

export const aText: OptionRule<unknown> = [(value) => typeof value === "string", "a text"];
export const aFlag: OptionRule<unknown> = [(value) => typeof value === "boolean", "true or false"];
export const anObject: OptionRule<unknown> = [(value) => typeof value === "object", "an object"];
