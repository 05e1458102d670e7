import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CallerSetting, CallOutcome, Question, Report } from "./caller-setting.ts";

const program = fileURLToPath(new URL("./caller.js", import.meta.url));

/** That nobody waits for ever is a promise too. */
const longestMs = 120_000;

export interface CallerProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What runs Node: a command and its arguments. @default none */
  readonly under?: readonly string[];
}

export interface ToldCall {
  readonly how: CallOutcome;
  readonly code: string;
}

/** The parent's side of a caller. */
export class CallerProcess {
  readonly name: string;
  /** How each call went, as far as it was told. */
  readonly calls = new Map<string, ToldCall>();
  readonly events: { readonly event: string; readonly about: unknown }[] = [];
  /** Resolves when it is gone and everything it told has arrived. */
  readonly gone: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  readonly #answers: ((answer: unknown) => void)[] = [];
  readonly #watchers = new Set<() => void>();
  #stderr = "";

  constructor(setting: CallerSetting, { env = {}, under = [] }: CallerProcessOptions = {}) {
    this.name = setting.name;
    const command = [...under, process.execPath, "--expose-gc", program, JSON.stringify(setting)];
    this.#child = spawn(command[0]!, command.slice(1), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...env },
    });
    this.#child.stderr?.on("data", (text) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    this.#child.on("message", (report: Report) => this.#told(report));
    this.#child.on("error", () => undefined);
    this.gone = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        resolve({ code, signal });
        this.#changed();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get hasGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The names of the calls that went so. */
  named(how: CallOutcome): string[] {
    return [...this.calls].filter(([, told]) => told.how === how).map(([call]) => call);
  }

  /** @throws Error when it ends before it answers, or does not answer at all */
  async ask<Answer>(question: Question): Promise<Answer> {
    const answered = new Promise<unknown>((resolve) => this.#answers.push(resolve));
    if (this.#child.connected) this.#child.send(question, () => undefined);
    const failed = this.gone.then(({ code, signal }) => {
      throw new Error(`${this.name} ended (${signal ?? code}) before it answered.\n${this.#stderr}`);
    });
    let clock: NodeJS.Timeout | undefined;
    const hangs = new Promise<never>((_, reject) => {
      const late = () =>
        reject(new Error(`${this.name} did not answer within ${longestMs} ms.\n${this.#stderr}`));
      clock = setTimeout(late, longestMs);
    });
    try {
      return (await Promise.race([answered, failed, hangs])) as Answer;
    } finally {
      clearTimeout(clock);
    }
  }

  /** Resolves with the event when it has been told, or null when the process is gone without. */
  async until(event: string, matches: (about: unknown) => boolean = () => true): Promise<unknown> {
    for (;;) {
      const found = this.events.find((told) => told.event === event && matches(told.about));
      if (found) return found.about;
      if (this.hasGone) return null;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Lets it end in order, and waits for that. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.send({ do: "end" } satisfies Question, () => undefined);
    await this.gone;
  }

  #told(report: Report): void {
    if ("call" in report) this.calls.set(report.call, { how: report.how, code: report.code });
    else if ("event" in report) this.events.push(report);
    else this.#answers.shift()?.(report.answer);
    this.#changed();
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}
