import { fieldsOf, textOf } from "./json-fields.ts";

/**
 * The first message of a conversation, as who says what: from one turn to the next, clients put the same text now as a
 * string and now in a list of parts, and move marks for caching about.
 */
export function openingOf(message: unknown): unknown {
  const { role, content } = fieldsOf(message);
  const text = textIn(content);
  return text === null ? message : { role: textOf(role), text };
}

/** Null when there is more than text in it. */
function textIn(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) => fieldsOf(part).text);
  return texts.every((text) => typeof text === "string") ? texts.join("") : null;
}
