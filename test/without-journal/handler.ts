import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AuditEntry } from "@openrouter-audit/core";
import { secret } from "../support/fixed.ts";

const script = fileURLToPath(new URL("handler.mjs", import.meta.url));
/** With these, whoever writes a file, or makes a directory, is refused by Node itself. */
const isOld = process.allowedNodeEnvironmentFlags.has("--experimental-permission");
const mayWriteNothing = [isOld ? "--experimental-permission" : "--permission", "--allow-fs-read=*"];

const made: Handler[] = [];
// One that a test has frozen and given up is still there.
afterEach(() => {
  for (const handler of made.splice(0)) handler.process.kill("SIGKILL");
});

/** A process of handler.mjs in an empty directory, that may write nothing to any disk. */
export class Handler {
  readonly said: string[] = [];
  readonly process: ChildProcessWithoutNullStreams;
  readonly #home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  readonly #ended: Promise<unknown>;
  #lineSaid: () => void = () => {};

  constructor(options: object) {
    this.process = spawn(process.execPath, [...mayWriteNothing, script, JSON.stringify(options)], {
      cwd: this.#home,
      env: {
        PATH: process.env.PATH,
        HOME: this.#home,
        OPENROUTER_AUDIT_SECRET: secret,
        NODE_NO_WARNINGS: "1",
      },
    });
    this.process.stderr.on("data", (text) => this.#hear(`stderr ${text}`));
    createInterface({ input: this.process.stdout }).on("line", (line) => this.#hear(line));
    this.#ended = once(this.process, "close");
    made.push(this);
  }

  /** The first line so far, or to come, that begins so, and is none of those had before. Its end. */
  async says(beginning: string): Promise<string> {
    for (;;) {
      const index = this.said.findIndex((line) => line.startsWith(beginning));
      if (index >= 0) return this.said.splice(index, 1)[0]!.slice(beginning.length).trim();
      await new Promise<void>((resolve) => {
        this.#lineSaid = resolve;
      });
    }
  }

  tell(answer: string): void {
    this.process.stdin.write(`${answer}\n`);
  }

  /** Every entry it gave to its sink so far, each once. */
  get entries(): AuditEntry[] {
    const given = this.said
      .filter((line) => line.startsWith("entry "))
      .map((line) => JSON.parse(line.slice(6)));
    return [...new Map(given.map((entry: AuditEntry) => [entry.id, entry])).values()];
  }

  /** Resolves when it has ended by itself. @returns the names of what it left on the disk, and how it ended */
  async ended(): Promise<{ files: string[]; exitCode: number | null }> {
    await this.#ended;
    const files = readdirSync(this.#home);
    rmSync(this.#home, { recursive: true });
    return { files, exitCode: this.process.exitCode };
  }

  #hear(line: string): void {
    this.said.push(line);
    this.#lineSaid();
  }
}
