import { createHash } from "node:crypto";
import { visible } from "./visible.ts";

/** HTML that may stand in a page as it is. Only {@link html} and who draws charts make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | null | false | Markup | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The one place where text becomes HTML: as content or as a quoted attribute it is nothing but text, all of it visible. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...contents.map(markupOf)));
}

function markupOf(content: Content): string {
  if (content === null || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(markupOf).join("");
  return visible(String(content)).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A style sheet, and what the policy of a page says of it. https://www.w3.org/TR/CSP3/#source-list-syntax */
export function styleOf(css: string): { readonly element: Markup; readonly source: string } {
  const digest = createHash("sha256").update(css).digest("base64");
  return { element: new Markup(`<style>${css}</style>`), source: `'sha256-${digest}'` };
}
