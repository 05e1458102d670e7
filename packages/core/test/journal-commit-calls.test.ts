import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage } from "../../../test/support/build-package.ts";
import { entriesIn, newDirectory, secret } from "./support/journals.ts";

const writer = fileURLToPath(new URL("support/writer.mjs", import.meta.url));

function maySeeCalls(): boolean {
  if (spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0) return true;
  console.warn("SKIPPED: what the system is asked can be seen only where strace works.");
  return false;
}

(maySeeCalls() ? test : test.skip)(
  "a commit is one write at the end of the file, and on the disk before anybody hears of it",
  () => {
    buildPackage("core");
    const directory = realpathSync(newDirectory());
    const traced = join(newDirectory(), "calls");
    const calls = "trace=openat,open,write,pwrite64,writev,fdatasync,fsync,close";
    execFileSync(
      "strace",
      [
        "-f",
        "-qq",
        "-y",
        "-s",
        "20",
        "-e",
        calls,
        "-o",
        traced,
        process.execPath,
        writer,
        directory,
        "some",
        "40",
      ],
      { env: { PATH: process.env.PATH, OPENROUTER_AUDIT_SECRET: secret }, stdio: "ignore" },
    );
    const seen = readFileSync(traced, "utf8").split("\n");
    const opened = seen.find((call) => /openat\(.*audit_[^"]*\.jsonl", O_RDWR/.test(call))!;
    expect(opened).toMatch(/O_CREAT.*O_APPEND.*, 0600\)/);
    expect(opened).toContain("O_NOFOLLOW");

    // What is done to the journal, and what the process says of it, in the order it was begun.
    const steps = seen.flatMap((call) => {
      if (/\b(write|pwrite64|writev)\(\d+<[^>]*audit_/.test(call)) return "write";
      if (/\bfdatasync\(\d+<[^>]*audit_/.test(call)) return "flush";
      if (call.includes(`<${directory}>`) && /\bfsync\(/.test(call)) return "name";
      return /\bwrite\(1<.*"recorded/.test(call) ? "said" : [];
    });
    const isFlushedByWriting = opened.includes("O_DSYNC");
    const commit = isFlushedByWriting ? ["write"] : ["write", "flush"];
    const said = Array(40).fill("said");
    const name = steps.lastIndexOf("name");
    expect(steps.filter((step) => step !== "name")).toEqual([...commit, ...commit, ...said, ...commit]);
    expect(name).toBeGreaterThan(-1);
    expect(name).toBeLessThan(steps.indexOf("said"));
    expect(entriesIn(directory)).toHaveLength(42);
  },
);
