import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { secret } from "./journals.ts";

const script = fileURLToPath(new URL("ahead.mjs", import.meta.url));

/** A server that takes requests and never answers. */
export async function silentServer(): Promise<{ url: string; seen: () => number; close: () => void }> {
  let seen = 0;
  const server = createServer(() => {
    seen += 1;
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    seen: () => seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A process in write_ahead that makes calls, and what it has said. */
export class Ahead {
  readonly said: string[] = [];
  readonly open: Promise<void>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;

  constructor(directory: string, url: string, calls: number, options: object = {}) {
    this.#process = spawn(
      process.execPath,
      [script, directory, url, String(calls), JSON.stringify(options)],
      {
        env: { PATH: process.env.PATH, OPENROUTER_AUDIT_SECRET: secret },
      },
    );
    this.#process.stderr.on("data", (text) => this.said.push(`error ${text}`));
    this.#ended = new Promise((resolve) => this.#process.on("close", () => resolve()));
    this.open = new Promise((resolve, reject) => {
      void this.#ended.then(() => reject(new Error(this.said.join("\n"))));
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        this.said.push(line);
        if (line === "open") resolve();
      });
    });
    this.open.catch(() => undefined);
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }
}
