import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "../src/duckdb/engine.ts";
import { loadDuckdb } from "../src/duckdb/load-duckdb.ts";
import { rowsOf } from "../src/duckdb/rows.ts";

async function withConnection<T>(
  work: (connection: Awaited<ReturnType<Awaited<ReturnType<typeof startEngine>>["connect"]>>) => Promise<T>,
): Promise<T> {
  const engine = await startEngine();
  const connection = await engine.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    engine.closeSync();
  }
}

async function all(
  connection: Parameters<typeof rowsOf>[0],
  text: string,
  values: (string | number | boolean | null)[] = [],
) {
  const rows = [];
  for await (const row of rowsOf(connection, { text, values })) rows.push(row);
  return rows;
}

test("values are numbers where they are exact, times in UTC, and else text", async () => {
  const values: [sql: string, value: unknown][] = [
    ["5::integer", 5],
    ["9007199254740991::bigint", 2 ** 53 - 1],
    ["9007199254740993::bigint", "9007199254740993"],
    ["sum(5::bigint)", 5],
    ["0.5::double", 0.5],
    ["'nan'::double", Number.NaN],
    ["'infinity'::double", Number.POSITIVE_INFINITY],
    ["0.10::decimal(9, 2)", "0.10"],
    ["true", true],
    ["null", null],
    ["'a' || chr(0) || 'é\u2028'", "a\0é\u2028"],
    ["timestamp '2026-11-02 09:30:00.123987'", "2026-11-02T09:30:00.123Z"],
    ["timestamp '1969-12-31 23:59:59.9999'", "1969-12-31T23:59:59.999Z"],
    ["timestamptz '2026-11-02 09:30:00+02:00'", "2026-11-02T07:30:00.000Z"],
    ["timestamp_s '2026-11-02 09:30:00'", "2026-11-02T09:30:00.000Z"],
    ["timestamp_ms '2026-11-02 09:30:00.5'", "2026-11-02T09:30:00.500Z"],
    ["timestamp_ns '2026-11-02 09:30:00.123456789'", "2026-11-02T09:30:00.123Z"],
    ["timestamp 'infinity'", "infinity"],
    ["date '2026-11-02'", "2026-11-02"],
    ["time '09:30:00'", "09:30:00"],
    [`'{"a": [1]}'::json`, '{"a": [1]}'],
    [`'{"a": [1]}'::json->'a'`, "[1]"],
    ["uuid '01a2161f-e4a4-740b-80c4-8450564035aa'", "01a2161f-e4a4-740b-80c4-8450564035aa"],
    ["[1, 2]", "[1, 2]"],
    ["extract(hour from timestamp '2026-11-02 09:30:00')", 9],
  ];
  await withConnection(async (connection) => {
    for (const [sql, value] of values)
      expect([sql, await all(connection, `select ${sql} as value`)]).toEqual([sql, [{ value }]]);
    expect(await all(connection, "select $1 as a, $2::integer as b, $3 as c", ["x", 5, null])).toEqual([
      { a: "x", b: 5, c: null },
    ]);
    // Two columns of one name.
    expect(Object.keys((await all(connection, "select 1 as a, 2 as a"))[0]!)).toHaveLength(2);
  });
});

test("nothing is downloaded, no extension is loaded that is not built in, and nothing of the user is read", async () => {
  await withConnection(async (connection) => {
    await expect(all(connection, "select * from read_parquet('s3://bucket/x.parquet')")).rejects.toThrow(
      /httpfs/,
    );
    await expect(all(connection, "install httpfs from community")).rejects.toThrow();
    const settings = `select value from duckdb_settings() where name in ('home_directory', 'secret_directory', 'extension_directory')`;
    for (const { value } of await all(connection, settings))
      expect(value).toContain("openrouter-audit-engine-");
    expect(await all(connection, "select current_setting('TimeZone') as zone")).toEqual([{ zone: "UTC" }]);
  });
});

test("its directory is private, and what does not fit into memory goes there until it is closed", async () => {
  const engine = await startEngine();
  expect(statSync(engine.directory).mode & 0o777).toBe(0o700);
  const connection = await engine.connect();
  await all(connection, "set memory_limit = '20MB'");
  // Texts that no compression makes small, of more than that.
  await all(
    connection,
    "create table texts as select md5(i::varchar) || md5((-i)::varchar) as x from range(400000) t(i)",
  );
  expect(await all(connection, "select count(*) as n from texts")).toEqual([{ n: 400_000 }]);
  expect(readdirSync(join(engine.directory, "spilled"))).not.toEqual([]);
  connection.closeSync();
  engine.closeSync();
  expect(existsSync(engine.directory)).toBe(false);
});

test("who needs more memory and room than there is, is told what to do; half of what is free is taken at most", async () => {
  await withConnection(async (connection) => {
    const [{ room } = {}] = await all(
      connection,
      "select current_setting('max_temp_directory_size') as room",
    );
    const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    const [number, unit] = String(room).split(" ");
    const { bavail, bsize } = statfsSync(tmpdir());
    expect(Number(number) * 1024 ** units.indexOf(unit!)).toBeLessThan(bavail * bsize * 0.6);
    await all(connection, "set memory_limit = '40MB'");
    await all(connection, "set global max_temp_directory_size = '1MB'");
    for (const statement of [
      "select a.i from range(3000) a(i), range(3000) b(i) order by md5((a.i * b.i)::varchar)",
      "select list(md5(i::varchar)) from range(5000000) t(i)",
    ])
      await expect(all(connection, statement)).rejects.toMatchObject({
        code: "ENGINE_EXHAUSTED",
        message: expect.stringMatching(
          /more than the 240 MB of memory.*set TMPDIR to a directory with more room/,
        ),
      });
  });
});

test("what a process left behind that was killed is removed when the next engine starts, and what is in use is not", async () => {
  const left = spawnSync(process.execPath, [...typescript, "-e", dieInEngine], { encoding: "utf8" });
  expect([left.signal, existsSync(left.stdout)]).toEqual(["SIGKILL", true]);
  await withConnection(async () => {
    const other = await startEngine();
    expect(existsSync(left.stdout)).toBe(false);
    expect(existsSync(other.directory)).toBe(true);
    await withConnection(async () => expect(existsSync(other.directory)).toBe(true));
    other.closeSync();
  });
});

const typescript = ["--import=./test/support/run-typescript.mjs", "--conditions=@openrouter-audit/source"];
const dieInEngine = `import("./packages/analysis/src/duckdb/private-directory.ts").then(({ privateDirectory }) => {
  require("node:fs").writeSync(1, privateDirectory().directory);
  process.kill(process.pid, "SIGKILL");
});`;

test("without a temporary directory it is said what to do", () => {
  const TMPDIR = join(process.cwd(), "no-such-directory");
  const failed = spawnSync(process.execPath, [...typescript, "-e", dieInEngine], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR },
  });
  expect(failed.stderr).toMatch(/no-such-directory: ENOENT.* Set TMPDIR[\s\S]*code: 'ENGINE_MISSING'/);
});

test("a statement is given up when its signal aborts, before it begins or while it runs", async () => {
  await withConnection(async (connection) => {
    const long = { text: "select sum(a.i * b.i) as x from range(1000000) a(i), range(1000000) b(i)" };
    await expect(rowsOf(connection, long, AbortSignal.abort(new Error("before"))).next()).rejects.toThrow(
      "before",
    );
    const abort = new AbortController();
    const first = rowsOf(connection, long, abort.signal).next();
    setImmediate(() => abort.abort(new Error("while")));
    await expect(first).rejects.toThrow("while");
    expect(await all(connection, "select 1 as x")).toEqual([{ x: 1 }]);
  });
});

test("where there is no engine for the platform, it is said what happened and what still works", async () => {
  const cause = new Error(
    "Cannot find module '@duckdb/node-bindings-linux-x64/duckdb.node'\nRequire stack:\n- /x",
  );
  const error = await loadDuckdb(() => Promise.reject(cause)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "ENGINE_MISSING", cause });
  expect((error as Error).message).toMatch(
    /duckdb\.node'\. It is there for Linux .*--omit=optional.*readJournal\(\), verify/s,
  );
  expect((error as Error).message).not.toContain("Require stack");
});
