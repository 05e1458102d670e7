import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type AuditEntry, lineOf, readJournal, verifyJournal } from "@openrouter-audit/core";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";
import type { Told } from "./support/writer.ts";

const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-stdout-"));
afterAll(() => rmSync(directory, { recursive: true }));

const script = (name: string) => resolve("packages/sink-stdout/test/support", name);
// What was built: to compile the sources again would take most of the time of these tests.
const flags = ["--import", resolve("test/support/run-typescript.mjs")];

const words = (name: string) =>
  [process.execPath, ...flags, script(name)].map((word) => `'${word}'`).join(" ");

/** A process that writes to a file descriptor through the sink. */
class Writer {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** @param limits what the shell does before */
  static async start(stdout: number, limits = "true"): Promise<Writer> {
    const shell = spawn("sh", ["-c", `${limits} && exec ${words("writer.ts")}`], {
      stdio: ["ignore", stdout, "inherit", "ipc"],
    });
    closeSync(stdout);
    await once(shell, "message");
    return new Writer(shell);
  }

  async write(told: Told): Promise<{ readonly ending: string; readonly left: number }> {
    const answer = once(this.#process, "message");
    this.#process.send(told);
    return (await answer)[0];
  }

  async end(): Promise<void> {
    this.#process.kill();
    await once(this.#process, "exit");
  }
}

/** A pipe of which this test is the reader. */
class Pipe {
  readonly #path: string;
  readonly #reader: number;

  constructor(name: string) {
    this.#path = join(directory, `${name}.pipe`);
    execFileSync("mkfifo", [this.#path]);
    this.#reader = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  writer(): Promise<Writer> {
    return Writer.start(openSync(this.#path, constants.O_WRONLY));
  }

  /** What is in it now. */
  read(): string {
    const pieces: Buffer[] = [];
    for (;;) {
      const piece = Buffer.alloc(65_536);
      try {
        const size = readSync(this.#reader, piece);
        if (size === 0) break;
        pieces.push(piece.subarray(0, size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") break;
        throw error;
      }
    }
    return Buffer.concat(pieces).toString();
  }

  leave(): void {
    closeSync(this.#reader);
  }
}

test("a reader that stops makes a write fail, never the memory grow; when it reads on, everything comes once and whole", async () => {
  const pipe = new Pipe("stopped");
  const writer = await pipe.writer();
  const entries = await sealedEntries(...Array.from({ length: 120 }, (_, index) => ({ index })));
  const lines = entries.map((entry) => `${lineOf(entry)}\n`);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { ending, left } = await writer.write({ entries, impatient: true });
    expect(ending).toBe(
      "Stdout takes nothing: its reader has stopped reading, and the pipe is full. See to the collector.",
    );
    expect(left).toBeLessThanOrEqual(Math.max(...lines.map((line) => Buffer.byteLength(line))));
  }
  let read = "";
  let ending: string | null = null;
  void writer.write({ entries }).then((told) => (ending = told.ending));
  while (ending === null) {
    read += pipe.read();
    await new Promise(setImmediate);
  }
  expect(ending).toBe("taken");
  expect(read + pipe.read()).toBe(lines.join(""));
  pipe.leave();
  await writer.end();
}, 60_000);

test("a reader that goes fails the write, says so, and does not end the process", async () => {
  const pipe = new Pipe("gone");
  const writer = await pipe.writer();
  const entries = await sealedEntries({}, {});
  expect(await writer.write({ entries })).toMatchObject({ ending: "taken" });
  pipe.leave();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { ending } = await writer.write({ entries });
    expect(ending).toBe(
      "Stdout has no reader any more (EPIPE), and this process cannot get another: start it again when the collector runs.",
    );
  }
  await writer.end();
}, 60_000);

test("a file that cannot grow fails the write, has whole lines but for the last, and has everything when there is room", async () => {
  const path = join(directory, "output");
  const writer = await Writer.start(openSync(path, "a"), "ulimit -f 16");
  const entries = await sealedEntries({}, {}, {}, {}, {}, {}, {}, {});
  const [few, all] = [entries.slice(0, 3), entries].map((batch) =>
    batch.map((entry) => `${lineOf(entry)}\n`).join(""),
  );
  expect(all!.length).toBeGreaterThan(16 * 512);
  const { ending } = await writer.write({ entries });
  expect(ending).toMatch(/^Stdout is a file that may not become larger \(EFBIG\)/);
  expect(all!.slice(0, 16 * 512)).toBe(readFileSync(path, "utf8"));
  truncateSync(path);
  expect(await writer.write({ entries: entries.slice(0, 3) })).toMatchObject({ ending: "taken" });
  expect(readFileSync(path, "utf8")).toBe(`\n${few}`);
  await writer.end();
}, 60_000);

/** Runs the application in a shell, which gives its stdout to a reader. */
async function run(line: string): Promise<{ read: string; told: string }> {
  const shell = spawn("sh", ["-c", `app() { ${words("application.ts")} "$@"; }; ${line}`], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [read, told] = await Promise.all([
    text(shell.stdout!),
    text(shell.stdio[3] as NodeJS.ReadableStream),
  ]);
  return { read, told };
}

test("an application goes on without a reader, and the next one delivers everything, which verifies", async () => {
  const { told } = await run("app gone 50 | true");
  const { flushed, problems } = JSON.parse(told);
  expect(flushed).toBe("SINK_UNAVAILABLE");
  expect(problems).toEqual([
    expect.stringMatching(/^SINK_FAILING: .*Stdout has no reader any more \(EPIPE\)/),
  ]);

  const next = await run("app gone 1 | cat");
  expect(JSON.parse(next.told)).toEqual({ flushed: "everything is delivered", problems: [] });
  await expectWhole(next.read, "gone");
}, 60_000);

test("two applications share one pipe, and no line is mixed with another", async () => {
  const { read } = await run("{ app shared 200 & app other 200 & wait; } | cat");
  const lines = read.split("\n");
  const entries = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEntry);
  expect(new Set(entries.map(({ log }) => log)).size).toBe(2);
  for (const name of ["shared", "other"]) {
    const logs = await logsOf(name);
    await expectWhole(
      entries
        .filter(({ log }) => logs.has(log))
        .map((entry) => `${lineOf(entry)}\n`)
        .join(""),
      name,
    );
  }
}, 60_000);

test("what the page says brings the lines back from between others, each once, and they verify", async () => {
  const { read } = await run("app collected 3 | cat");
  const lines = read.trimEnd().split("\n");
  // One was set aside, and stands in the dead letters; of the others some came early, and all came twice.
  const [dead] = lines.splice(4, 1);
  const text = [...lines.slice(7), ...lines.slice(0, 7), ...lines].map((line) => `${line}\n`).join("");
  writeFileSync(join(directory, "collected.txt"), `listening on 3000\n{"level":"info"}\n${text}`);
  mkdirSync(join(directory, "audit_logs/delivery"), { recursive: true });
  const letter = { at: "", sink: "stdout", reason: "its line is too long", line: dead };
  writeFileSync(join(directory, "audit_logs/delivery/stdout.rejected.jsonl"), `${JSON.stringify(letter)}\n`);
  const page = readFileSync(resolve("packages/sink-stdout/README.md"), "utf8");
  const [, command] = /^```sh\n(mkdir .*?)^npx openrouter-audit verify/ms.exec(page)!;
  execFileSync("sh", ["-ec", command!.replace("kubectl logs -l app=chat --tail=-1", "cat collected.txt")], {
    cwd: directory,
  });
  const key = readFileSync(join(directory, "collected/public-key"), "utf8").trim();
  const { result, entries } = await verifyJournal(join(directory, "restored"), { key });
  expect({ result, entries }).toEqual({ result: "intact", entries: read.split("\n").length - 1 });

  // The other pages sort, and divide into days, in the same way.
  const recipe = command!.slice(command!.indexOf("  LC_ALL=C sort"));
  for (const name of ["sink-webhook", "formats"])
    expect(readFileSync(resolve(`packages/${name}/README.md`), "utf8")).toContain(recipe);
}, 60_000);

async function logsOf(name: string): Promise<Set<string>> {
  const logs = new Set<string>();
  for await (const { log } of readJournal(join(directory, name), { system: true })) logs.add(log);
  return logs;
}

/** Asserts that what was read are the lines of a journal, byte for byte and in order, and verify by themselves. */
async function expectWhole(read: string, name: string): Promise<void> {
  const files = readdirSync(join(directory, name)).filter((file) => file.endsWith(".jsonl"));
  const journal = files.map((file) => readFileSync(join(directory, name, file), "utf8")).join("");
  // What the end of the log says of itself is written after the sink was closed: the next process delivers it.
  expect(journal.startsWith(read)).toBe(true);
  expect(read.split("\n").length).toBeGreaterThan(50);
  const restored = join(directory, `${name}-restored`);
  const key = readFileSync(join(directory, name, "public-key"), "utf8").trim();
  mkdirSync(restored);
  writeFileSync(join(restored, files[0]!), read);
  const { result, problems } = await verifyJournal(restored, { key });
  expect(problems).toEqual([]);
  expect(result).toBe("intact");
}
