import { fieldsOf, textOf } from "../json-fields.ts";
import { tokenize } from "../tokenize.ts";

/** One text to be embedded. */
export interface EmbeddingInput {
  readonly text: string;
  readonly tokens: number;
}

const isTokens = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every(Number.isSafeInteger);
const ofTokens = (tokens: readonly number[]): EmbeddingInput => ({
  text: tokens.join(" "),
  tokens: tokens.length,
});
const ofText = (text: string): EmbeddingInput => ({ text, tokens: tokenize(text).length });

/** The texts of `input`, which may be one or a list, each a text, a list of tokens, or parts; `undefined` when it is wrong. */
export function embeddingInputs(input: unknown): readonly EmbeddingInput[] | undefined {
  if (typeof input === "string") return input === "" ? undefined : [ofText(input)];
  if (isTokens(input)) return [ofTokens(input)];
  if (!Array.isArray(input) || input.length === 0) return undefined;
  const inputs = input.map(oneInput);
  return inputs.every((one) => one !== undefined) ? inputs : undefined;
}

function oneInput(value: unknown): EmbeddingInput | undefined {
  if (typeof value === "string") return ofText(value);
  if (isTokens(value)) return ofTokens(value);
  const { content } = fieldsOf(value);
  if (!Array.isArray(content)) return undefined;
  return ofText(content.map((part) => textOf(fieldsOf(part).text) ?? JSON.stringify(part)).join("\n"));
}
