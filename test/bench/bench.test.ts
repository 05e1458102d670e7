import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const run = promisify(execFile);

// What it runs is the built program: `npm test` builds first.
async function bench(...words: string[]): Promise<string> {
  const { stdout, stderr } = await run("node", ["test/bench/dist/bench.js", ...words]);
  expect(stderr).toBe("");
  return stdout;
}

interface Report {
  readonly machine: object;
  readonly tables: readonly { readonly rows: readonly Record<string, unknown>[] }[];
}

/** The rows of a smoke run, without a look at how long anything took. */
async function quickRows(name: string): Promise<readonly Record<string, unknown>[][]> {
  const report = JSON.parse(await bench(name, "--quick", "--json")) as Report;
  expect(report.machine).toMatchObject({ node: process.version });
  return report.tables.map(({ rows }) => [...rows]);
}

const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith("openrouter-audit-bench-"));

test("without a name, every benchmark is listed with a sentence", async () => {
  const shown = await bench();
  expect(shown).toMatch(/^ {2}capture {2,}\S.*\.$/m);
  expect(shown).toMatch(/^ {2}memory {2,}\S.*\.$/m);
});

test("a name that there is not is refused", async () => {
  await expect(run("node", ["test/bench/dist/bench.js", "speed"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no benchmark "speed".'),
  });
});

test("capture reports audited calls, the noise and tracing SDKs, for JSON and streams, one and 64 at once", async () => {
  const before = left();
  const tables = await quickRows("capture");
  const variants = [
    ["audited", "bare again"],
    ["audited", "bare again", "langfuse", "openinference"],
  ];
  expect(tables).toHaveLength(variants.length);
  for (const [index, rows] of tables.entries()) {
    const expected = ["json", "stream"].flatMap((answer) =>
      [1, 64].flatMap((concurrency) => variants[index]!.map((variant) => ({ answer, concurrency, variant }))),
    );
    expect(rows).toMatchObject(expected);
    for (const row of rows) expect(row).toMatchObject({ cpu_us: expect.any(Number), rounds: 1 });
  }
  const limits = tables[0]!.filter(({ limit_us }) => limit_us !== null);
  expect(limits).toMatchObject([
    { answer: "json", concurrency: 64, limit_us: 60 },
    { answer: "stream", concurrency: 64, limit_us: 150 },
  ]);
  expect(left()).toEqual(before);
});

test("memory reports every kind of large body, as Markdown too", async () => {
  const before = left();
  const shown = await bench("memory", "--quick", "--markdown");
  const kinds = [...shown.matchAll(/^\| ((?:streamed|upload) [^|]*?) \|/gm)].map(([, kind]) => kind);
  expect(kinds).toEqual([
    expect.stringMatching(/^streamed answer/),
    expect.stringMatching(/^streamed answer/),
    "upload of a Blob",
    "upload of FormData with a File",
    "upload of a ReadableStream",
    "upload of a Uint8Array",
    "upload of a Request with FormData",
  ]);
  expect(shown).toContain(`Node ${process.version}`);
  expect(left()).toEqual(before);
});
