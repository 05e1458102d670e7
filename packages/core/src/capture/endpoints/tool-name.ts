import { fieldsOf } from "./json-fields.ts";

/** The name of a tool in a request; of a server tool such as `openrouter:web_search` its type. */
export function toolName(tool: unknown): unknown {
  const fields = fieldsOf(tool);
  return fieldsOf(fields.function).name ?? fieldsOf(fields.custom).name ?? fields.name ?? fields.type;
}
