import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PackedProject, repository, run, sinkFolders } from "./packed-packages.ts";

/** What each package is there for. */
const made: Readonly<Record<string, string>> = {
  formats: "toOcsf",
  "sink-postgres": "postgresSink",
  "sink-cloudwatch": "cloudWatchSink",
  "sink-google-cloud": "googleCloudSink",
  "sink-opentelemetry": "openTelemetrySink",
  "sink-stdout": "stdoutSink",
  "sink-webhook": "webhookSink",
};
const folders = ["formats", ...sinkFolders].filter((folder) => !isPlaceholder(folder));

/** What is to come is packed, and there is nothing of it to import. */
function isPlaceholder(folder: string): boolean {
  return readFileSync(join(repository, "packages", folder, "src/index.ts"), "utf8").trim() === "export {};";
}

/** What a package works with, besides core. What is optional is not there: it must be imported without. */
function peersOf(folder: string): [name: string, range: string][] {
  const path = join(repository, "packages", folder, "package.json");
  const { peerDependencies, peerDependenciesMeta = {} } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries<string>(peerDependencies).filter(([name]) => {
    return name !== "@openrouter-audit/core" && !peerDependenciesMeta[name]?.optional;
  });
}

/** The oldest version of a range: `^3.600.0`, `>=8.16 <9`. */
function oldestOf(range: string): string {
  const [, found] = /^(?:\^|~|>=)?([\d.]+)/.exec(range)!;
  return [...found!.split("."), "0", "0"].slice(0, 3).join(".");
}

let project: PackedProject;
let oldest: string;

beforeAll(async () => {
  oldest = mkdtempSync(join(tmpdir(), "openrouter-audit-oldest-peers-"));
  writeFileSync(join(oldest, "package.json"), '{ "private": true }');
  const peers = folders.flatMap(peersOf).map(([name, range]) => `${name}@${oldestOf(range)}`);
  const flags = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--ignore-scripts"];
  const [installed] = await Promise.all([
    PackedProject.install({ packed: ["core", ...folders], npm: ["--legacy-peer-deps"] }),
    run(
      oldest,
      "npm",
      "install",
      "--prefer-offline",
      "--no-package-lock",
      "--legacy-peer-deps",
      ...flags,
      ...peers,
    ),
  ]);
  project = installed;
}, 300_000);

afterAll(() => {
  project?.remove();
  rmSync(oldest, { recursive: true, force: true });
});

/** A directory in which there is a package, core, and what they need: no other package of ours, and no other peers. */
function alone(folder: string, age: string, peers: string): string {
  const directory = project.path("alone", age, folder);
  const modules = join(directory, "node_modules");
  const ours = project.path("node_modules");
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(ours)) {
    if (!name.startsWith(".") && name !== "@openrouter-audit")
      symlinkSync(join(ours, name), join(modules, name));
  }
  for (const each of ["core", folder]) {
    cpSync(project.installed(each), join(modules, "@openrouter-audit", each), { recursive: true });
  }
  for (const [name] of peersOf(folder)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(peers, "node_modules", name), join(modules, name));
  }
  return directory;
}

describe.each(["newest", "oldest"])("with the %s peers that it declares, and no other package", (age) => {
  const directories = new Map<string, string>();
  beforeAll(() => {
    const peers = age === "newest" ? repository : oldest;
    for (const folder of folders) directories.set(folder, alone(folder, age, peers));
  });

  test.each(folders)(
    "%s is imported, and required",
    async (folder) => {
      const script = `
      const required = require("@openrouter-audit/${folder}").${made[folder]};
      import("@openrouter-audit/${folder}").then(({ ${made[folder]}: imported }) => {
        console.log(typeof required, required === imported);
      });`;
      const directory = directories.get(folder)!;
      await expect(run(directory, process.execPath, "-e", script)).resolves.toBe("function true\n");
    },
    60_000,
  );

  test("a program with each of them type-checks", async () => {
    for (const [folder, directory] of directories) {
      const line = `export { ${made[folder]} } from "@openrouter-audit/${folder}";\n`;
      writeFileSync(join(directory, "use.mts"), line);
      writeFileSync(join(directory, "use.cts"), line);
    }
    const compilerOptions = { module: "nodenext", target: "es2023", strict: true, noEmit: true, types: [] };
    const files = folders.flatMap((folder) => [`${folder}/use.mts`, `${folder}/use.cts`]);
    const settings = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files };
    writeFileSync(project.path("alone", age, "tsconfig.json"), JSON.stringify(settings));
    const compiler = join(repository, "node_modules/typescript/bin/tsc");
    await run(project.path("alone", age), process.execPath, compiler, "-p", ".");
  }, 60_000);
});
