import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A process that a test starts runs what was built. Does nothing when the build is up to date. */
export function buildPackage(folder: string): void {
  const tsc = fromRoot("node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-b", fromRoot(`packages/${folder}`)], { stdio: "inherit" });
}
