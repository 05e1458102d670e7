import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const alive = new Set<ChildProcess>();
afterEach(() => {
  for (const child of alive) child.kill("SIGKILL");
});

/** A real process of one of the scripts here, and what it said. */
export class Child {
  readonly said: string[] = [];
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  readonly #process: ChildProcess;
  #isOver = false;
  #waiting: (() => void)[] = [];

  /** @param before a command that begins it, such as `unshare` */
  constructor(script: string, given: object, { before = [] as readonly string[], ipc = false } = {}) {
    const node = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(given)];
    const [program, ...words] = [...before, ...node];
    this.#process = spawn(program!, words, {
      stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
    });
    alive.add(this.#process);
    this.#process.stderr!.on("data", (text) => this.said.push(`error ${text}`));
    const lines = createInterface({ input: this.#process.stdout! });
    lines.on("line", (line) => {
      this.said.push(line);
      this.#changed();
    });
    const read = [lines, this.#process.stderr!].map((stream) => once(stream, "close"));
    // Not "close", which does not come when the channel to the process was disconnected here.
    this.ended = once(this.#process, "exit").then(async ([code, signal]) => {
      alive.delete(this.#process);
      await Promise.all(read);
      this.#isOver = true;
      this.#changed();
      return { code, signal };
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  disconnect(): void {
    this.#process.disconnect();
  }

  /** What it said behind this word, so far. */
  all(word: string): string[] {
    return this.said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  }

  /** Waits until it has said so much behind this word; resolves with the last of it. */
  async says(word: string, count = 1): Promise<string> {
    while (this.all(word).length < count) {
      if (this.#isOver) throw new Error(`It ended before it said "${word}":\n${this.said.join("\n")}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.all(word).at(-1)!;
  }

  #changed(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }
}
