import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";

interface Import {
  readonly from: string;
  /** `import type`, `import("x").T`: gone when the code runs. */
  readonly typeOnly: boolean;
}

interface Source {
  /** Below `src/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly exportsAll: boolean;
  readonly exportsDefault: boolean;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const packagesFolder = fileURLToPath(new URL("../packages/", import.meta.url));

function sourcesOf(folder: string): Source[] {
  const root = join(packagesFolder, folder, "src");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.m?ts$/.test(path))
    .map((path) => readSource(path, readFileSync(join(root, path), "utf8")));
}

function readSource(path: string, text: string): Source {
  const imports: Import[] = [];
  const seen = new Set<string>();
  let exportsDefault = false;
  walk(parseSync(text, { syntax: "typescript", decorators: true }) as unknown as Node, (node) => {
    seen.add(node.type);
    exportsDefault ||= isDefaultExport(node);
    const found = importIn(node);
    if (found) imports.push(found);
  });
  return {
    path,
    lines: text.trimEnd().split("\n").length,
    imports,
    exportsAll: seen.has("ExportAllDeclaration") || seen.has("ExportNamespaceSpecifier"),
    exportsDefault,
  };
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (value !== null && typeof value === "object") {
    if ("type" in value && typeof value.type === "string") visit(value as Node);
    for (const field of Object.values(value)) walk(field, visit);
  }
}

/** Every way to name another module: import, export from, `import()`, `require()`, `import x = require()`, `import("x").T`. */
function importIn(node: Node): Import | null {
  const text = (value: unknown) => (value as { value: string }).value;
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      if (!node.source) return null;
      const specifiers = (node.specifiers ?? []) as { isTypeOnly?: boolean }[];
      const onlyTypes = specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly);
      return { from: text(node.source), typeOnly: node.typeOnly === true || onlyTypes };
    }
    case "CallExpression": {
      const callee = node.callee as Node;
      const loads = callee.type === "Import" || (callee.type === "Identifier" && callee.value === "require");
      const [first] = node.arguments as { expression: Node }[];
      return loads && first?.expression.type === "StringLiteral"
        ? { from: text(first.expression), typeOnly: false }
        : null;
    }
    case "TsExternalModuleReference":
      return { from: text(node.expression), typeOnly: false };
    case "TsImportType":
      return { from: text(node.argument), typeOnly: true };
    default:
      return null;
  }
}

function isDefaultExport(node: Node): boolean {
  const exported = node.type === "ExportSpecifier" && ((node.exported ?? node.orig) as Node);
  if (exported) return exported.value === "default";
  return ["ExportDefaultDeclaration", "ExportDefaultExpression", "TsExportAssignment"].includes(node.type);
}

const isRelative = (from: string) => from.startsWith(".");
const packageOf = (from: string) => from.split("/", from.startsWith("@") ? 2 : 1).join("/");
const isOurs = (from: string) => from === "openrouter-audit" || from.startsWith("@openrouter-audit/");

const folders = readdirSync(packagesFolder).filter((folder) =>
  existsSync(join(packagesFolder, folder, "src")),
);
const sources = new Map(folders.map((folder) => [folder, sourcesOf(folder)]));

/** Imports of other packages, as "file: package/entry", once each. */
function importsOfPackages(folder: string): { readonly path: string; readonly from: string }[] {
  return sources.get(folder)!.flatMap(({ path, imports }) => {
    const outside = imports.filter(({ from }) => !isRelative(from) && !isBuiltin(from));
    return outside.map(({ from }) => ({ path, from }));
  });
}

const unique = (names: string[]) => [...new Set(names)].sort();
const oursIn = (folder: string) =>
  unique(
    importsOfPackages(folder)
      .map(({ from }) => from)
      .filter(isOurs),
  );

test.each([
  ['import { a } from "x"', false],
  ['import { type A, b } from "x"', false],
  ['import { type A } from "x"', true],
  ['import type { A } from "x"', true],
  ['import "x"', false],
  ['import a = require("x")', false],
  ['export { a } from "x"', false],
  ['export type { A } from "x"', true],
  ['export * from "x"', false],
  ['const a = require("x")', false],
  ['const load = async () => (await import("x")).a', false],
  ['type A = import("x").A', true],
])("%s is seen as an import", (text, typeOnly) => {
  expect(readSource("example.ts", text).imports).toEqual([{ from: "x", typeOnly }]);
});

test.each([
  ['export * from "x"', { exportsAll: true, exportsDefault: false }],
  ['export * as x from "x"', { exportsAll: true, exportsDefault: false }],
  ["export default class {}", { exportsAll: false, exportsDefault: true }],
  ["export default 1", { exportsAll: false, exportsDefault: true }],
  ["export = 1", { exportsAll: false, exportsDefault: true }],
  ["const x = 1; export { x as default }", { exportsAll: false, exportsDefault: true }],
  ["export const x = 1", { exportsAll: false, exportsDefault: false }],
])("%s is seen as an export", (text, seen) => {
  expect(readSource("example.ts", text)).toMatchObject(seen);
});

test("a cycle is found, of types alone as well", () => {
  const cycle = (first: string) => [
    readSource("a.ts", first),
    readSource("b.ts", 'import { c } from "./c.ts"'),
    readSource("c.ts", 'import { a } from "./a.ts"'),
  ];
  const found = ["a.ts -> b.ts -> c.ts -> a.ts"];
  expect(cyclesIn(cycle('import { b } from "./b.ts"'))).toEqual(found);
  expect(cyclesIn(cycle('import type { B } from "./b.ts"'))).toEqual(found);
  expect(cyclesIn(cycle('import { d } from "./d.ts"'))).toEqual([]);
});

describe("arrows between packages point one way", () => {
  test("core imports three small libraries, openai only to make its client, OpenTelemetry only to be observed", () => {
    const found = importsOfPackages("core");
    const optional = ["openai", "@opentelemetry/api"];
    const always = found.map(({ from }) => packageOf(from)).filter((name) => !optional.includes(name));
    expect(unique(always)).toEqual(["eventsource-parser", "uuid", "valibot"]);
    const importing = optional.map((name) => found.filter(({ from }) => packageOf(from) === name));
    expect(importing.map((each) => unique(each.map(({ path }) => path)))).toEqual([
      ["openai.mts", "openai.ts"],
      ["opentelemetry.ts"],
    ]);
  });

  test.each(["express", "nestjs"])("%s uses the public entries of core", (folder) => {
    expect(oursIn(folder)).toEqual(["@openrouter-audit/core", "@openrouter-audit/core/openai"]);
  });

  test("anchoring uses the entries of core", () => {
    expect(oursIn("anchor")).toEqual(["@openrouter-audit/core", "@openrouter-audit/core/seal"]);
  });

  test("retention uses anchoring and the entries of core, and Postgres where that is installed", () => {
    const ours = [
      "@openrouter-audit/anchor",
      "@openrouter-audit/core",
      "@openrouter-audit/core/seal",
      "@openrouter-audit/core/sink",
      "@openrouter-audit/sink-postgres",
    ];
    expect(oursIn("retention").filter((name) => !ours.includes(name))).toEqual([]);
  });

  test("analysis uses the entries of core, and Postgres where that is installed", () => {
    const ours = [
      "@openrouter-audit/core",
      "@openrouter-audit/core/seal",
      "@openrouter-audit/core/sink",
      "@openrouter-audit/sink-postgres",
    ];
    expect(oursIn("analysis").filter((name) => !ours.includes(name))).toEqual([]);
  });

  test("reconciling uses the entries of core and analysis, and no library of others", () => {
    expect(oursIn("reconcile")).toEqual([
      "@openrouter-audit/analysis",
      "@openrouter-audit/core",
      "@openrouter-audit/core/seal",
      "@openrouter-audit/core/sink",
    ]);
    const others = importsOfPackages("reconcile").filter(({ from }) => !isOurs(from));
    expect(others).toEqual([]);
  });

  test("exporting uses the entries of core and analysis, and two libraries for ZIP files", () => {
    const found = importsOfPackages("export").map(({ from }) => from);
    expect(oursIn("export")).toEqual([
      "@openrouter-audit/analysis",
      "@openrouter-audit/core",
      "@openrouter-audit/core/seal",
      "@openrouter-audit/core/sink",
    ]);
    expect(unique(found.filter((from) => !isOurs(from)))).toEqual(["yauzl", "yazl"]);
  });

  test("the command line tool uses the main entry of core, analysis, anchoring, the formats, keeping and handing over, and Postgres where that is installed", () => {
    expect(oursIn("cli")).toEqual([
      "@openrouter-audit/analysis",
      "@openrouter-audit/analysis/text",
      "@openrouter-audit/anchor",
      "@openrouter-audit/core",
      "@openrouter-audit/export",
      "@openrouter-audit/formats",
      "@openrouter-audit/reconcile",
      "@openrouter-audit/retention",
      "@openrouter-audit/retention/postgres",
      "@openrouter-audit/retention/s3",
      "@openrouter-audit/sink-postgres",
    ]);
    const ofPostgres = importsOfPackages("cli").filter(({ from }) => from.endsWith("/sink-postgres"));
    expect(unique(ofPostgres.map(({ path }) => path))).toEqual(["store/load-postgres.ts"]);
  });

  test("the SDK of S3 is only loaded by who stores archives there", () => {
    const ofSdk = [...sources.keys()].flatMap((folder) =>
      importsOfPackages(folder)
        .filter(({ from }) => from === "@aws-sdk/client-s3")
        .map(({ path }) => `${folder}/${dirname(path)}`),
    );
    expect(unique(ofSdk)).toEqual(["retention/s3"]);
    const loading = sources
      .get("cli")!
      .flatMap(({ path, imports }) =>
        imports.filter(({ from, typeOnly }) => from.endsWith("/retention/s3") && !typeOnly).map(() => path),
      );
    expect(unique(loading)).toEqual(["archive/load-s3.ts"]);
  });

  test.each<[string, string[]]>([
    ["sink-postgres", ["pg"]],
    ["sink-cloudwatch", ["@aws-sdk/client-cloudwatch-logs"]],
    ["sink-google-cloud", ["@google-cloud/logging"]],
    [
      "sink-opentelemetry",
      ["@opentelemetry/api", "@opentelemetry/api-logs", "@opentelemetry/otlp-transformer"],
    ],
    ["sink-stdout", []],
    ["sink-webhook", []],
    ["formats", []],
  ])("%s uses of core the main entry and the one for sinks, and beside it only %j", (folder, others) => {
    const found = importsOfPackages(folder).map(({ from }) => from);
    expect(unique(found.filter((from) => !isOurs(from)))).toEqual(others);
    expect(oursIn(folder)).toEqual(["@openrouter-audit/core", "@openrouter-audit/core/sink"]);
  });

  test("the fake server shares nothing with what it tests; the suite for sinks uses the entries of core", () => {
    const found = importsOfPackages("testing").filter(({ from }) => isOurs(from));
    const inServer = found.filter(({ path }) => !path.startsWith("sink/"));
    expect(inServer).toEqual([]);
    const crossing = sources.get("testing")!.filter(({ path, imports }) => {
      return !path.startsWith("sink/") && imports.some(({ from }) => from.includes("/sink/"));
    });
    expect(crossing).toEqual([]);
    expect(oursIn("testing")).toEqual(["@openrouter-audit/core", "@openrouter-audit/core/seal"]);
  });
});

describe.each(folders)("%s", (folder) => {
  const manifest = JSON.parse(readFileSync(join(packagesFolder, folder, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
    peerDependencies?: Record<string, string>;
  };

  test("declares every package it imports, and imports every package it depends on", () => {
    const imported = unique(importsOfPackages(folder).map(({ from }) => packageOf(from)));
    const { dependencies = {}, peerDependencies = {} } = manifest;
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    expect(imported.filter((name) => !declared.includes(name))).toEqual([]);
    const isPlaceholder = sources.get(folder)!.every(({ imports }) => imports.length === 0);
    if (!isPlaceholder)
      expect(Object.keys(dependencies).filter((name) => !imported.includes(name))).toEqual([]);
  });

  test("names Node's own modules by node:, and its own files by what they are called", () => {
    const wrong = sources.get(folder)!.flatMap(({ path, imports }) => {
      return imports
        .filter(({ from }) => {
          if (!isRelative(from)) return isBuiltin(from) && !from.startsWith("node:");
          const target = normalize(join(dirname(path), from));
          return target.startsWith("..") || !sources.get(folder)!.some((source) => source.path === target);
        })
        .map(({ from }) => `${path}: ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test("has no files that import each other in a circle, types included", () => {
    expect(cyclesIn(sources.get(folder)!)).toEqual([]);
  });

  test("lists what it exports by name, and exports nothing as default", () => {
    const wrong = sources.get(folder)!.filter(({ path, exportsAll, exportsDefault }) => {
      return exportsDefault || (exportsAll && !path.endsWith(".mts"));
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("has files that are short and named for what they hold", () => {
    const long = sources.get(folder)!.filter(({ lines }) => lines >= 230);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
    const vague = /(^|[-._])(utils?|helpers?|managers?|common|misc)([-._]|$)/i;
    const names = sources.get(folder)!.map(({ path }) => path);
    expect(names.filter((path) => vague.test(basename(path).replace(/\.m?ts$/, "")))).toEqual([]);
  });
});

test.each([
  ["express", "middleware.ts"],
  ["express", "audit-errors.ts"],
  ["nestjs", "answerable-error.ts"],
  ["nestjs", "audit.interceptor.ts"],
  ["nestjs", "enter-requests.ts"],
])("%s/%s translates and delegates: under 60 lines", (folder, path) => {
  expect(sources.get(folder)!.find((source) => source.path === path)!.lines).toBeLessThan(60);
});

/** Cycles of imports, types included, as the files on the way round: not all that there are, but one at least where any is. */
function cyclesIn(files: readonly Source[]): string[] {
  const imported = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ from }) => isRelative(from)).map(({ from }) => normalize(join(dirname(path), from))),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    else if (!finished.has(path)) {
      for (const next of imported.get(path) ?? []) visit(next, [...way, path]);
      finished.add(path);
    }
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
