import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { main, type Output } from "../src/main.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  /** The width of a terminal; without it nobody looks. */
  readonly columns?: number;
  /** What comes in. */
  readonly stdin?: string;
}

/** Runs one command line in this process. */
export async function runCli(argv: readonly string[], setting: Setting = {}): Promise<Ran> {
  const started = startCli(argv, setting);
  const [stdout, stderr] = await Promise.all([text(started.stdout), text(started.stderr), started.code]);
  return { code: await started.code, stdout, stderr };
}

/** Starts a command that goes on until it is interrupted. */
export function startCli(argv: readonly string[], { env = {}, columns, stdin }: Setting = {}) {
  const interruption = new AbortController();
  const stdout = terminal(columns);
  const stderr = terminal(columns);
  const io = {
    stdout,
    stderr,
    ...(stdin !== undefined && { stdin: () => Readable.from([stdin]) }),
    env,
    untilInterrupted: () => interruption.signal,
  };
  const code = main(argv, io).finally(() => {
    stdout.end();
    stderr.end();
  });
  return { stdout, stderr, code, interrupt: () => interruption.abort() };
}

function terminal(columns: number | undefined): PassThrough & Output {
  return Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
}
