import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const run = promisify(execFile);

/** What takes longest to measure, however briefly, is tried where EVERY_BENCHMARK is set; the others always. */
const long = process.env.EVERY_BENCHMARK ? test : test.skip;

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
  for (const name of ["capture", "journal", "memory", "postgres", "query", "seal", "verify"])
    expect(shown).toMatch(new RegExp(`^ {2}${name} {2,}\\S.*\\.$`, "m"));
});

test("a name that there is not is refused", async () => {
  await expect(run("node", ["test/bench/dist/bench.js", "speed"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no benchmark "speed".'),
  });
});

long(
  "capture reports audited calls, the noise and tracing SDKs, for JSON and streams, one and 64 at once",
  async () => {
    const before = left();
    const tables = await quickRows("capture");
    const variants = [
      ["in a context", "audited", "bare again"],
      ["in a context", "audited", "bare again", "langfuse", "openinference"],
    ];
    expect(tables).toHaveLength(variants.length);
    for (const [index, rows] of tables.entries()) {
      const expected = ["json", "stream"].flatMap((answer) =>
        [1, 64].flatMap((concurrency) =>
          variants[index]!.map((variant) => ({ answer, concurrency, variant })),
        ),
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
  },
);

long("memory reports every kind of large body, as Markdown too", async () => {
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

const spread = { median: expect.any(Number), min: expect.any(Number), max: expect.any(Number) };
const openssl = { name: "openssl speed -evp sha256", found: expect.any(Boolean) };

test("seal reports commits of 1 to 64 with and without the signature, and what it is compared with", async () => {
  const before = left();
  const [rows] = await quickRows("seal");
  expect(rows).toMatchObject([
    ...[1, 8, 64].map((commit) => ({
      commit,
      cpu_us: spread,
      signature_us: spread,
      unsigned_us: spread,
      of_restringify: spread,
      limit_us: commit === 64 ? 25 : null,
    })),
    { name: "restringify and SHA-256", cpu_us: spread },
    openssl,
  ]);
  expect(left()).toEqual(before);
});

test("journal reports 1, 64 and 1,024 callers of each writer, and the device alone", async () => {
  const before = left();
  const [rows] = await quickRows("journal");
  const measured = {
    per_second: spread,
    p50_ms: spread,
    p99_ms: spread,
    times_floor: spread,
    cpu_us: spread,
  };
  const ofPino = (writer: string) =>
    writer === "pino, fsync" ? { median: 1, min: 1, max: 1 } : writer === "floor" ? null : spread;
  const limits: Record<number, object> = {
    1: { limit_per_second: null, limit_times_floor: 1.5 },
    64: { limit_per_second: 40_000, limit_times_floor: 6 },
    1024: { limit_per_second: 40_000, limit_times_floor: null },
  };
  const writers = ["journal", "pino, fsync", "pino", "appendFile", "floor"];
  expect(rows).toMatchObject(
    writers.flatMap((writer) =>
      [1, 64, 1024].map((many) => ({
        writer,
        [writer === "floor" ? "lines" : "callers"]: many,
        of_pino_fsync: ofPino(writer),
        ...measured,
        ...(writer === "journal" ? limits[many] : { limit_per_second: null, limit_times_floor: null }),
      })),
    ),
  );
  expect(left()).toEqual(before);
});

test("verify reports signed and all roots in one and two threads, and what they are compared with", async () => {
  const before = left();
  const [rows] = await quickRows("verify");
  const measured = { gb_per_cpu_s: spread, gb_per_s: spread, cpu_us_per_line: spread, rounds: 1 };
  expect(rows).toMatchObject([
    { roots: "signed", threads: 1, limit_gb_per_s: 0.3, times_one_thread: null, ...measured },
    { roots: "signed", threads: 2, times_one_thread: spread, ...measured },
    { roots: "every", threads: 1, limit_gb_per_s: 0.1, times_one_thread: null, ...measured },
    { roots: "every", threads: 2, times_one_thread: spread, ...measured },
    { roots: "every", signatures: "every", threads: 1, ...measured },
    { how: "restringify", times_restringify: { median: 1, min: 1, max: 1 }, ...measured },
    { how: "sha256", ...measured },
    openssl,
  ]);
  expect(left()).toEqual(before);
});

long(
  "postgres reports each question with and without indexes and pruning, and what the sink delivers",
  async () => {
    const before = left();
    const [questions, batches] = await quickRows("postgres");
    const ms = {
      "as shipped": spread,
      "without indexes": spread,
      "without indexes and partition pruning": spread,
    };
    expect(questions).toMatchObject([
      ...Array.from({ length: 5 }, () => ({ ms, times_as_fast: expect.any(Number) })),
      { question: "the last 100 calls of a user, readPostgres()", ms: { "as shipped": spread } },
    ]);
    expect(batches).toMatchObject([1, 64, 1000].map((batch) => ({ batch, entries_per_s: spread })));
    expect(left()).toEqual(before);
  },
);

long(
  "query reports searches and reports of JSONL, archives and a lake, what reads them otherwise, and the command",
  async () => {
    const before = left();
    const [readings, command] = await quickRows("query");
    const others = ["node loop", "product", "DuckDB by hand"];
    const expected = (["filter", "report"] as const).flatMap((what) => [
      ...["journal", "archives"].flatMap((of) => others.map((how) => ({ what, of, how }))),
      ...others.slice(1).map((how) => ({ what, of: "lake", how })),
    ]);
    expect(readings!.slice(0, -2)).toMatchObject(
      expected.map((each) => ({
        ...each,
        rounds: 1,
        gb_per_s: spread,
        times_node_loop: spread,
        resident_mb: spread,
      })),
    );
    expect(readings!.filter(({ limit_times }) => typeof limit_times === "number")).toMatchObject([
      { what: "filter", of: "journal", how: "product", limit_times: 5, limit_mb: 600 },
      { what: "report", of: "journal", how: "product", limit_times: 5, limit_mb: 600 },
      { what: "report", of: "lake", how: "product", limit_times: 13, limit_mb: 600 },
    ]);
    expect(readings!.slice(-2)).toMatchObject([
      { what: "filter", how: "jq" },
      { what: "report", how: "jq" },
    ]);
    expect(command).toMatchObject([{ limit_ms: null, ms: spread }, { limit_ms: 500 }, { limit_ms: 500 }]);
    expect(left()).toEqual(before);
  },
);

test("without the program openssl, a row says so", async () => {
  const { stdout } = await run(process.execPath, ["test/bench/dist/bench.js", "seal", "--quick"], {
    env: { ...process.env, PATH: "" },
  });
  expect(stdout).toContain("openssl NOT FOUND");
});
