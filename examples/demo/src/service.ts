import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

/** One of the example applications, running as a process of its own. */
export interface Service {
  readonly name: string;
  readonly url: string;
  /** Asks it to end (SIGTERM) and waits until it has. */
  stop(): Promise<void>;
}

/** @throws Error with the application's own words when it does not start. */
export async function startService(name: string, package_: string, env: NodeJS.ProcessEnv): Promise<Service> {
  const main = createRequire(import.meta.url).resolve(package_);
  const application = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  return {
    name,
    url: await addressOf(name, application),
    async stop() {
      if (application.exitCode !== null) return;
      const ended = once(application, "exit");
      application.kill("SIGTERM");
      await ended;
    },
  };
}

async function addressOf(name: string, application: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: application.stdout! })) {
    const url = / listens on (http\S+)$/.exec(line)?.[1];
    if (url) return url.replace("[::1]", "127.0.0.1");
  }
  throw new Error(`The ${name} application ended before it listened. What it said is above.`);
}
