import { type OptionRule, objectWith, textLike } from "@openrouter-audit/core/sink";

const isText = (value: unknown) => typeof value === "string";

export const aFlag: OptionRule<unknown> = [(value) => typeof value === "boolean", "true or false"];
export const aText: OptionRule<unknown> = [isText, "a text"];
export const texts: OptionRule<unknown> = [
  (value) => Array.isArray(value) && value.every(isText),
  "a list of texts",
];
export const aTime: OptionRule<unknown> = [
  (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  "a Date that is a time",
];
/** That one has a name, who opens it says. */
export const aDirectory: OptionRule<unknown> = textLike(/^[^\0]*$/, "a directory");
export const aPublicKey: OptionRule<unknown> = textLike(/^[^+\s]+\+[0-9a-f]{8}\+\S+$/, "a public key (vkey)");
export const aRootKey: OptionRule<unknown> = objectWith("sign", "the root key, as rootKeyFor() finds it");
export const aPerson: OptionRule<unknown> = [
  (value) => isText((value as { id?: unknown } | null)?.id),
  'a person: { id: "ada" }',
];
export const anchorSinks: OptionRule<unknown> = [
  (value) => Array.isArray(value) && value.every((sink) => typeof sink?.keep === "function"),
  "a list of sinks for anchors",
];
