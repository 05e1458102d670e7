import { createHash } from "node:crypto";
import { type Json, jcs, withoutLoneSurrogates } from "./second-implementation.ts";

// h of docs/entry-format.md, and how its forms look at what may be of any kind.

export type Fields = { [name: string]: Json };
export const fieldsOf = (value: Json | undefined): Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
export const h = (value: Json | undefined): string | null => {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return sha256(withoutLoneSurrogates(value) as string);
  return sha256(jcs(withoutLoneSurrogates(value)));
};
export const hText = (value: Json | undefined): string => h(textOf(value))!;
export const hValue = (value: Json | undefined): string | null =>
  value === undefined ? null : sha256(jcs(withoutLoneSurrogates(value)));
export const typeOf = (fields: Fields): string | null =>
  typeof fields.type === "string" ? fields.type : null;
