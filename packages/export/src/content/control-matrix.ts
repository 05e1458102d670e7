import { jsonText } from "../json-text.ts";

/** Not a literal: the matrix is data beside this package's modules, and none of them. */
const matrix: string = "@openrouter-audit/export/controls.json";

/** Which tests of this version are evidence for which controls: docs/controls.json of the project. */
export async function controlMatrix(): Promise<string> {
  const found = (await import(matrix, { with: { type: "json" } })) as { readonly default: object };
  return jsonText(found.default);
}
