import { text } from "../value-types.ts";

/** What the type String of CloudEvents does not allow: controls, and code points that are no characters. */
const disallowed = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu;

/** Text as a context attribute may have it. These go into headers: U+FFFD stands for what is not allowed there. */
export function attributeText(value: unknown): string | undefined {
  return text(value)?.replace(disallowed, "\ufffd");
}
