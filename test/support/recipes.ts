import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { type AnyEntry, entriesIn, key, secret } from "./audited-world.ts";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);
const blocks = resolve("test/recipe-blocks");
const preload = resolve("test/recipes/redirect-to-fake.mjs");

const compilerOptions = {
  module: "nodenext",
  target: "es2023",
  strict: true,
  skipLibCheck: true,
  types: ["node"],
};

/** The TypeScript blocks of a page, by the heading they stand under. */
export function recipesOf(path: string): Map<string, string[]> {
  const sections = readFileSync(path, "utf8").split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")),
      [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!),
    ]),
  );
}

/**
 * Writes programs down as a reader would, one folder each, and compiles them with every type checked. `modules` are what
 * a folder has in place of the repository's own: `{ openai: "openai-5" }`.
 */
export async function compileRecipes(
  programs: Readonly<Record<string, { code: string; modules?: Readonly<Record<string, string>> }>>,
): Promise<void> {
  rmSync(blocks, { recursive: true, force: true });
  for (const [name, { code, modules = {} }] of Object.entries(programs)) {
    const folder = join(blocks, name);
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "recipe.ts"), code);
    for (const [as, installed] of Object.entries(modules))
      symlinkSync(resolve("node_modules", installed), join(folder, "node_modules", as));
  }
  writeFileSync(join(blocks, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await run("npx", ["tsc", "-p", blocks]).catch(({ stdout }) => {
    throw new Error(stdout);
  });
}

export function removeRecipes(): void {
  rmSync(blocks, { recursive: true, force: true });
}

/** What a program left. */
export interface Ran {
  readonly fake: FakeOpenRouter;
  readonly printed: string;
  readonly complained: string;
  readonly entries: readonly AnyEntry[];
}

/** Runs a compiled program in a process and a directory of its own; `use` is what is done with it while it runs. */
export async function runRecipe(
  name: string,
  use: (port: number, stop: () => void, fake: FakeOpenRouter) => Promise<void> = async () => undefined,
): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const fake = await startFakeOpenRouter();
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", preload, join(blocks, name, "recipe.js")], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      FAKE_OPENROUTER: fake.origin,
      OPENROUTER_API_KEY: key,
      OPENROUTER_AUDIT_SECRET: secret,
    },
  });
  let printed = "";
  let complained = "";
  child.stdout.on("data", (bytes) => (printed += bytes));
  child.stderr.on("data", (bytes) => (complained += bytes));
  const ended = new Promise<number | NodeJS.Signals | null>((done) =>
    child.once("close", (code, signal) => done(code ?? signal)),
  );
  const stopped: unknown[] = [];
  try {
    await use(port, () => stopped.push(child.kill("SIGTERM")), fake);
    const how = await ended;
    // A process that a signal ends, ends with that signal, also when it has closed its log first.
    if (how !== (stopped.length > 0 ? "SIGTERM" : 0)) throw new Error(`Ended with ${how}: ${complained}`);
    return { fake, printed, complained, entries: entriesIn(join(home, "audit_logs")) };
  } finally {
    child.kill("SIGKILL");
    await fake.close();
    rmSync(home, { recursive: true });
  }
}
