import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Folders under `packages/` of what applications are made with. `formats` and those for keeping and handing over are used by `cli`. */
export const applicationFolders = [
  "core",
  "express",
  "nestjs",
  "testing",
  "anchor",
  "formats",
  "analysis",
  "retention",
  "export",
  "reconcile",
  "cli",
];

/** Folders of the sinks, each of which stands alone. */
export const sinkFolders = [
  "sink-postgres",
  "sink-cloudwatch",
  "sink-google-cloud",
  "sink-opentelemetry",
  "sink-stdout",
  "sink-webhook",
];

/** Folders under `packages/` whose tarballs are tried. */
export const folders = [...applicationFolders, ...sinkFolders];

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
}

/** Runs a program as a user's shell would, and resolves with what it printed. What it printed is in the error, too. */
export async function run(
  directory: string,
  program: string,
  ...programArguments: string[]
): Promise<string> {
  const ours =
    /^(npm_(package|lifecycle|config_local_prefix|config_prefix|command)|OPENROUTER_|NODE_(OPTIONS|ENV)$|JEST_)/;
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))),
    OPENROUTER_API_KEY: "sk-or-v1-packaging",
    OPENROUTER_AUDIT_SECRET: "a secret for the packaging tests, and for nothing else",
    NO_COLOR: "1",
  };
  try {
    return (await promisify(execFile)(program, programArguments, { cwd: directory, env })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`${program} ${programArguments.join(" ")} failed:\n${stdout}\n${stderr}`, { cause });
  }
}

/** A project in a temporary directory with the packed packages installed beside the dependencies it names itself. */
export class PackedProject {
  readonly packages: ReadonlyMap<string, Package>;
  readonly #directory: string;

  private constructor(directory: string, packages: ReadonlyMap<string, Package>) {
    this.#directory = directory;
    this.packages = packages;
  }

  /** Packs what `tsc -b` built, and installs it. `consumer` is a folder of `consumers/`; without it the project is empty. */
  static async install({
    consumer,
    packed = applicationFolders,
    npm = [],
  }: {
    consumer?: string;
    packed?: readonly string[];
    npm?: string[];
  }): Promise<PackedProject> {
    const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-packaging-"));
    const packages = await pack(packed, directory);
    const project = new PackedProject(directory, packages);
    mkdirSync(project.path());
    if (consumer)
      cpSync(join(repository, "test/packaging/consumers", consumer), project.path(), { recursive: true });
    const manifest = consumer
      ? JSON.parse(readFileSync(project.path("package.json"), "utf8"))
      : { private: true };
    manifest.dependencies = { ...manifest.dependencies };
    for (const { name, tarball } of packages.values()) manifest.dependencies[name] = `file:${tarball}`;
    writeFileSync(project.path("package.json"), JSON.stringify(manifest, null, 2));
    const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
    await project.run(
      "npm",
      "install",
      "--prefer-offline",
      "--no-package-lock",
      "--ignore-scripts",
      ...quiet,
      ...npm,
    );
    return project;
  }

  path(...segments: string[]): string {
    return join(this.#directory, "project", ...segments);
  }

  /** Where a package was installed. */
  installed(folder: string): string {
    return this.path("node_modules", this.packages.get(folder)!.name);
  }

  run(program: string, ...programArguments: string[]): Promise<string> {
    return run(this.path(), program, ...programArguments);
  }

  /** Runs a script of the project with plain node, and parses the one line of JSON it prints. */
  async facts(script: string): Promise<unknown> {
    return JSON.parse(await this.run(process.execPath, script));
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function pack(folders: readonly string[], destination: string): Promise<ReadonlyMap<string, Package>> {
  for (const folder of folders) {
    if (!existsSync(join(repository, "packages", folder, "dist")))
      throw new Error("Build first: npm run build");
  }
  const workspaces = folders.map((folder) => `--workspace=packages/${folder}`);
  await run(repository, "npm", "pack", "--silent", `--pack-destination=${destination}`, ...workspaces);
  return new Map(
    folders.map((folder) => {
      const manifest = readFileSync(join(repository, "packages", folder, "package.json"), "utf8");
      const { name, version } = JSON.parse(manifest) as { name: string; version: string };
      const tarball = join(destination, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
      return [folder, { name, version, tarball }];
    }),
  );
}
