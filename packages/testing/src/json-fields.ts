/** A JSON object of unknown shape. */
export type Fields = { readonly [name: string]: unknown };

/** The value as an object; an empty one when it is something else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

export const booleanOf = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;
