import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type AuditEntry, AuditLog, readJournal } from "@openrouter-audit/core";

const run = promisify(execFile);
const readme = readFileSync("README.md", "utf8");
const bin = resolve("packages/cli/dist/bin.js");

/** The blocks of a page in a language. */
function blocks(language: string, page = readme): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, block]) => block!,
  );
}

test("every TypeScript block, also of the packages' pages, type-checks against the built packages, as a stranger's file would", async () => {
  const directory = "test/readme-blocks";
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const pages = readdirSync("packages")
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
  for (const page of ["operations", "sinks", "sql", "query"])
    pages.push(readFileSync(`docs/${page}.md`, "utf8"));
  const found = [readme, ...pages].flatMap((page) => blocks("ts", page));
  expect(found.length).toBeGreaterThanOrEqual(7);
  for (const [index, block] of found.entries()) writeFileSync(join(directory, `block-${index}.ts`), block);
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ["node", "jest"],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await expect(run("npx", ["tsc", "-p", directory])).resolves.toMatchObject({ stdout: "" });
  rmSync(directory, { recursive: true });
}, 60_000);

test("every npm script the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const named = [...readme.matchAll(/npm (?:run )?(demo|test|unit)\b/g)].map(([, name]) => name!);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
});

test("the README says of every code when it comes", () => {
  const source = readFileSync("packages/core/src/audit-error.ts", "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(0);
  expect(codesIn(readme)).toEqual(expect.arrayContaining(codes));
});

test("what `onProblem` is told stands in the README, and in the tables for three in the morning", () => {
  const said = /(?:code(?:: | = )[^"\n]*|tell\()"([A-Z_]+)"(?: : "([A-Z_]+)")?/g;
  const sources = readdirSync("packages/core/src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join("packages/core/src", name), "utf8"));
  const codes = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(said)].flatMap(([, one, other]) => [one!, other ?? one!]),
    ),
  );
  // What is thrown is told, too, when nobody is there to catch it.
  for (const thrown of ["JOURNAL_UNWRITABLE", "JOURNAL_BUSY", "SINK_UNAVAILABLE", "INVALID_ENTRY"])
    codes.add(thrown);
  expect(codes.size).toBeGreaterThan(20);
  const told = readme.slice(readme.indexOf("`onProblem` receives"));
  const night = readFileSync("docs/operations.md", "utf8").split("## At three in the morning")[1]!;
  expect(codesIn(told)).toEqual(expect.arrayContaining([...codes]));
  expect(codesIn(night)).toEqual(expect.arrayContaining([...codes]));
  expect(codesIn(night)).toEqual(expect.arrayContaining(codesIn(told)));
});

/** The codes in the first column of the tables of a page. */
function codesIn(page: string): string[] {
  return [...page.matchAll(/^\| ((?:`[A-Z_]+` )+)\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code!),
  );
}

describe("what the README shows is what the demonstration leaves", () => {
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  beforeAll(async () => {
    await run("node", ["examples/demo/dist/demo.js", "--keep", join(home, "kept")]);
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true }));

  test("the entry has the members, in the order, of a real one", async () => {
    const entries: AuditEntry[] = [];
    for await (const entry of readJournal(join(home, "kept"), { userId: "grace" })) entries.push(entry);
    const shown = JSON.parse(blocks("json")[0]!) as AuditEntry;
    const real = entries[0]!;
    expect(Object.keys(shown)).toEqual(Object.keys(real));
    const { event_type, attribution, status, model, provider, total_tokens, request } = real;
    expect(shown).toMatchObject({ event_type, attribution, status, model, provider, total_tokens });
    expect(Object.keys(shown.request!)).toEqual(Object.keys(request!));
  });

  test("the verification prints what the README says", async () => {
    const [block] = blocks("console");
    const command = /^\$ npx openrouter-audit (.*)$/m.exec(block!)![1]!;
    const shown = block!.slice(block!.indexOf(command) + command.length + 1);
    const { stdout } = await run("node", [bin, ...command.split(" ")], {
      cwd: home,
      env: { ...process.env, COLUMNS: "110", NO_COLOR: "1" },
    });
    expect(generic(stdout)).toBe(generic(shown));
  });

  test("the commands it names are understood", async () => {
    const shown = blocks("sh").filter((block) => !/--known-heads|november/.test(block));
    const commands = shown.flatMap((block) => [
      ...block.matchAll(/^npx openrouter-audit (query .*|verify .*)$/gm),
    ]);
    expect(commands.length).toBeGreaterThanOrEqual(3);
    const env = { ...process.env, OPENROUTER_AUDIT_DIR: join(home, "kept") };
    for (const [, line] of commands) {
      const words = line!
        .replace("./audit_logs", join(home, "kept"))
        .split(" ")
        .map((word) => word.replaceAll("'", ""));
      await expect(run("node", [bin, ...words], { cwd: home, env })).resolves.toMatchObject({
        stdout: expect.stringMatching(/\w/),
      });
    }
  }, 30_000);

  test("what was used and what it cost is answered as it says", async () => {
    const [block] = blocks("sh").filter((each) => each.includes("november"));
    const script = `set -e\n${block!.replaceAll("npx openrouter-audit", `"${process.execPath}" "${bin}"`)}`;
    const env = { ...process.env, OPENROUTER_AUDIT_DIR: join(home, "kept") };
    const { stdout } = await run("sh", ["-c", script], { cwd: home, env });
    expect(stdout).toMatch(/^Calls +8 /m);
    expect(stdout).toMatch(/^grace /m);
    expect(readFileSync(join(home, "november.html"), "utf8")).toMatch(/^<!doctype html>/);
    expect(readdirSync(join(home, "lake")).some((name) => name.startsWith("day="))).toBe(true);
  }, 60_000);
});

test("the commands for the auditor do, one after the other, what the README says", async () => {
  const [block] = blocks("sh").filter((each) => each.includes("--known-heads"));
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const secret = "a secret that only this test knows, long enough";
  const audit = new AuditLog({ directory: join(home, "audit_logs"), secret });
  const { id } = await audit.record({ event_type: "answer.approved", user_id: "ada" });
  await audit.close();
  const command = `${process.execPath} ${bin}`;
  const script = `set -e\n${block!.replaceAll("npx openrouter-audit", command)}`;
  const env = { ...process.env, ID: id, OPENROUTER_AUDIT_SECRET: secret };
  const { stdout } = await run("sh", ["-c", script], { cwd: home, env });
  const words = [/^INTACT /m, /^ANCHORED /m, /^PROOF /m, /^PROVEN /m];
  for (const word of words) expect(stdout).toMatch(word);
  expect(readdirSync(home).sort()).toEqual([
    "audit_logs",
    "checkpoint.txt",
    "evidence",
    "heads.jsonl",
    "public-key.txt",
  ]);
  rmSync(home, { recursive: true });
}, 30_000);

/** Without what differs between two runs: names, times, keys, and the widths they make. */
function generic(text: string): string {
  return text
    .replace(/openrouter-audit\/\S+\/[0-9a-f-]{36}/g, "LOG")
    .replace(/openrouter-audit\+[0-9a-f]{8}\+\S+/g, "KEY")
    .replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g, "TIME")
    .replace(/audit_\d{4}-\d{2}-\d{2}/g, "FILE")
    .replace(/[^\S\n]+/g, " ")
    .trim();
}
