import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildPackage } from "../../../test/support/build-package.ts";
import { journalFilesIn, linesIn, newDirectory, secret } from "./support/journals.ts";

const script = fileURLToPath(new URL("support/deliverer.mjs", import.meta.url));

class Deliverer {
  readonly said: string[] = [];
  readonly ended: Promise<void>;
  readonly #process: ChildProcessWithoutNullStreams;
  #heard = () => {};

  constructor(directory: string, file: string, task: string) {
    this.#process = spawn(process.execPath, [script, directory, file, task], {
      env: { PATH: process.env.PATH, OPENROUTER_AUDIT_SECRET: secret },
    });
    this.#process.stderr.on("data", (text) => this.said.push(`error ${text}`));
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      this.said.push(line);
      this.#heard();
    });
    this.ended = new Promise((resolve) => this.#process.on("close", () => resolve()));
    running.push(this);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get recorded(): string[] {
    return this.said.filter((line) => line.startsWith("recorded ")).map((line) => line.slice(9));
  }

  async hasRecorded(count: number): Promise<void> {
    while (this.recorded.length < count) {
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#heard = resolve;
        }),
        this.ended.then(() => {
          throw new Error(`It ended early: ${this.said.join("\n")}`);
        }),
      ]);
    }
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }
}

const running: Deliverer[] = [];
beforeAll(() => buildPackage("core"));
afterEach(async () => {
  for (const process of running.splice(0)) await process.kill();
});

interface Delivered {
  readonly pid: number;
  readonly line: string;
  readonly id: string;
}

function deliveredTo(file: string): Delivered[] {
  if (!existsSync(file)) return [];
  // The last may be half written by one that was killed.
  const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return whole.map((text) => {
    const line = text.slice(text.indexOf(" ") + 1);
    return { pid: Number.parseInt(text, 10), line, id: JSON.parse(line).id };
  });
}

test("one of several processes delivers for all; when it is killed another takes over, and nobody's entry is missing", async () => {
  const directory = newDirectory();
  const file = join(newDirectory(), "delivered");
  const first = new Deliverer(directory, file, "forever");
  await first.hasRecorded(5);
  const second = new Deliverer(directory, file, "forever");
  // The second waits for the sink too, though the first delivers for it.
  await second.hasRecorded(5);
  expect(new Set(deliveredTo(file).map(({ pid }) => pid))).toEqual(new Set([first.pid]));
  await first.kill();
  const before = second.recorded.length;
  await second.hasRecorded(before + 5);
  expect(deliveredTo(file).at(-1)!.pid).toBe(second.pid);
  await second.kill();

  const third = new Deliverer(directory, file, "some");
  await third.ended;
  const delivered = deliveredTo(file);
  const ids = new Set(delivered.map(({ id }) => id));
  // Who was told that an entry is recorded was told that the sink has it.
  for (const id of [first, second, third].flatMap(({ recorded }) => recorded)) expect(ids).toContain(id);
  const lines = journalFilesIn(directory).flatMap((name) => linesIn(directory, name));
  expect([...new Set(delivered.map(({ line }) => line))]).toEqual(lines.filter((line) => line.endsWith("}")));
  expect(
    [first, second, third].flatMap(({ said }) => said).filter((line) => /^(?:problem|error)/.test(line)),
  ).toEqual([]);
}, 60_000);
