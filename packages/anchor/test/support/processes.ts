import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(script: string, words: readonly string[], killAt: string): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ["--import", fromHere("kill-at.mjs"), fromHere(script), ...words], {
    env: { PATH: process.env.PATH, KILL_AT: killAt },
  });
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<Pick<Ended, "code" | "signal">> {
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}

/** Runs a script of this directory, and kills it hard at a step of its work on files: "12", or "12 torn". */
export async function runScript(script: string, words: readonly string[], killAt = ""): Promise<Ended> {
  const child = start(script, words, killAt);
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), endOf(child)]);
  return { ...end, stdout, stderr };
}

/** A process that does what witness-process.mjs says. */
export class WitnessProcess {
  readonly ended: Promise<Pick<Ended, "code" | "signal">>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #listening: Promise<{ port: number; vkey: string }>;

  constructor(words: readonly string[], killAt = "") {
    this.#child = start("witness-process.mjs", words, killAt);
    this.ended = endOf(this.#child);
    this.#child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: this.#child.stdout });
    const ended = this.ended.then(() => Promise.reject(new Error("The witness ended before it listened.")));
    this.#listening = Promise.race([once(lines, "line").then(([line]) => JSON.parse(line)), ended]);
    this.#listening.catch(() => undefined);
    ended.catch(() => undefined);
  }

  async add(body: string): Promise<{ status: number; body: string }> {
    const { port } = await this.#listening;
    const response = await fetch(`http://127.0.0.1:${port}/add-checkpoint`, { method: "POST", body });
    return { status: response.status, body: await response.text() };
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}
