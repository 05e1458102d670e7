import { readFileSync } from "node:fs";
import { parseSync } from "@swc/core";

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The titles of the tests of a file, as they stand there: `test("…")`, `it("…")`, `test.each(…)("…")`, `` test.each`…`("…") ``. */
export function testTitles(path: string): ReadonlySet<string> {
  return titlesIn(readFileSync(path, "utf8"));
}

export function titlesIn(text: string): ReadonlySet<string> {
  const titles = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === "object") {
      const node = value as Node;
      if (node.type === "CallExpression" && isTest(node.callee as Node)) {
        const title = textOf((node.arguments as { expression: Node }[])[0]?.expression);
        if (title !== null) titles.add(title);
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(parseSync(text, { syntax: "typescript", decorators: true }));
  return titles;
}

/** `test`, `it`, and what is called or taken of them: those that are skipped, or not written yet, are none. */
function isTest(callee: Node): boolean {
  switch (callee.type) {
    case "Identifier":
      return callee.value === "test" || callee.value === "it";
    case "MemberExpression":
      return !isNoTest(callee.property as Node) && isTest(callee.object as Node);
    case "CallExpression":
      return isTest(callee.callee as Node);
    case "TaggedTemplateExpression":
      return isTest(callee.tag as Node);
    default:
      return false;
  }
}

function isNoTest({ value }: Node): boolean {
  return value === "skip" || value === "todo" || value === "failing";
}

function textOf(node: Node | undefined): string | null {
  if (node?.type === "StringLiteral") return node.value as string;
  const { expressions, quasis } = (node ?? {}) as { expressions?: unknown[]; quasis?: { cooked: string }[] };
  return node?.type === "TemplateLiteral" && expressions!.length === 0 ? quasis![0]!.cooked : null;
}
