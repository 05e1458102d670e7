import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { secret } from "./journals.ts";

const script = fileURLToPath(new URL("writer.mjs", import.meta.url));

/** A process that does a task of writer.mjs, and what it has said so far. */
export class Writer {
  readonly said: string[] = [];
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  readonly #process: ChildProcessWithoutNullStreams;
  #lineSaid: () => void = () => {};

  constructor(
    directory: string,
    task: string,
    amount = 0,
    { fileBlocks = "unlimited", environment = { OPENROUTER_AUDIT_SECRET: secret } as NodeJS.ProcessEnv } = {},
  ) {
    const node = [process.execPath, script, directory, task, String(amount)];
    this.#process = spawn("bash", ["-c", `ulimit -f ${fileBlocks}; exec "$@"`, "bash", ...node], {
      env: { PATH: process.env.PATH, ...environment },
    });
    this.#process.stderr.on("data", (text) => this.said.push(`error ${text}`));
    const lines = createInterface({ input: this.#process.stdout });
    lines.on("line", (line) => {
      this.said.push(line);
      this.#lineSaid();
    });
    // Both: the process may be gone before all it said was read.
    const read = new Promise((resolve) => lines.on("close", resolve));
    this.ended = new Promise((resolve) => {
      this.#process.on("close", (code, signal) => void read.then(() => resolve({ code, signal })));
    });
  }

  /** The ids of the entries it was told are on the disk. */
  get recorded(): string[] {
    return this.said.filter((line) => line.startsWith("recorded ")).map((line) => line.slice(9));
  }

  async hasRecorded(count: number): Promise<void> {
    let gone = false;
    void this.ended.then(() => {
      gone = true;
      this.#lineSaid();
    });
    while (this.recorded.length < count) {
      if (gone) throw new Error(`The writer ended early: ${this.said.join("\n")}`);
      await new Promise<void>((resolve) => {
        this.#lineSaid = resolve;
      });
    }
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }
}
