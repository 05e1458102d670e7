import { jsonText } from "../json-text.ts";

/** Not a literal: the schema is data of another package, and no module of this one. */
const schema: string = "@openrouter-audit/core/entry.schema.json";

/** The JSON Schema of an entry, as core publishes it. */
export async function entrySchema(): Promise<string> {
  const found = (await import(schema, { with: { type: "json" } })) as { readonly default: object };
  return jsonText(found.default);
}
