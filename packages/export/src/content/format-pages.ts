import type { Adding } from "../bag/bag-writer.ts";

/** Not a literal: the pages are data beside this package's modules, and none of them. */
const pages: string = "@openrouter-audit/export/format.json";

/** The pages that a package is checked with, and a program that checks its lines, as docs/ has them: nobody must look for them in ten years. */
export async function addFormatPages(bag: Adding): Promise<void> {
  const found = (await import(pages, { with: { type: "json" } })) as {
    readonly default: Readonly<Record<string, readonly string[]>>;
  };
  for (const [name, lines] of Object.entries(found.default))
    await bag.add(`data/format/${name}`, lines.join("\n"));
}
