/**
 * Cuts text into tokens: the same ones every time, about as many as a real tokenizer's, and together exactly the text.
 * Their number is what `usage` counts, and each of them is one content chunk of a stream.
 */
export function tokenize(text: string): string[] {
  return text.match(/\s?[\p{L}\p{N}]{1,6}|\s?[^\s\p{L}\p{N}]|\s/gu) ?? [];
}
