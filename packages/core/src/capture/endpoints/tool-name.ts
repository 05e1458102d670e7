import { fieldsOf } from "./json-fields.ts";

/**
 * The name of a tool in a request; of a server tool such as `openrouter:web_search` its type, also when somebody has named it
 * otherwise.
 */
export function toolName(tool: unknown): unknown {
  const fields = fieldsOf(tool);
  const { type } = fields;
  if (typeof type === "string" && type.startsWith("openrouter:")) return type;
  return fieldsOf(fields.function).name ?? fieldsOf(fields.custom).name ?? fields.name ?? type;
}
