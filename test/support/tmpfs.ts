import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mount = (...options: string[]): void => {
  execFileSync("mount", options, { stdio: "ignore" });
};

/** A place where small disks are mounted; they go with the test. */
const place = mkdtempSync(join(tmpdir(), "openrouter-audit-disk-"));

/** `describe` where disks can be mounted. Where they cannot it says so; in CI that is a failure. */
export const describeWithDisk: jest.Describe = mayMount() ? describe : describe.skip;

/** Mounts a disk of its own size, empty, until the end of the test. */
export function mountDisk(bytes: number): string {
  mount("-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", place);
  mounted += 1;
  return place;
}

let mounted = 0;
afterEach(() => {
  for (; mounted > 0; mounted -= 1) execFileSync("umount", ["--lazy", place]);
});

function mayMount(): boolean {
  try {
    mount("-t", "tmpfs", "tmpfs", place);
    execFileSync("umount", ["--lazy", place]);
    return true;
  } catch (cause) {
    const message = "a disk can be watched in a test only by a user who may mount one (root)";
    if (process.env.CI) throw new Error(`In CI ${message}.`, { cause });
    console.warn(`SKIPPED: ${message}.`);
    return false;
  }
}
