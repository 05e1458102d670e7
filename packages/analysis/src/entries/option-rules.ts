import type { OptionRule } from "@openrouter-audit/core/sink";

// What the functions of this package ask of their options, each checked before anything is read.

export const aTime: OptionRule<unknown> = [
  (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  "a Date that is a time",
];

export const aBoolean: OptionRule<unknown> = [(value) => typeof value === "boolean", "true or false"];

export const aText: OptionRule<unknown> = [(value) => typeof value === "string", "a text"];

export const aSignal: OptionRule<unknown> = [(value) => value instanceof AbortSignal, "an AbortSignal"];
