// Loaded before a program: kills it, hard, when it is about to change the file system for the n-th time. With "torn" only
// writes count, and the one it is about to do is done by half. With "later" it counts from a call of countStepsFromHere().
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [at, how] = (process.env.KILL_AT ?? "").split(" ");
let counting = how !== "later";
let step = 0;
globalThis.countStepsFromHere = () => {
  counting = true;
};

const changing = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "renameSync",
  "linkSync",
  "unlinkSync",
];
const { writeSync } = fs;
const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
const isForReading = (flags = "r") =>
  typeof flags === "number" ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0 : flags === "r";
for (const name of how === "torn" ? ["writeSync", "writeFileSync"] : [...changing, "rmSync", "mkdirSync"]) {
  const original = fs[name];
  fs[name] = (...given) => {
    const reads = name === "openSync" && isForReading(given[1]);
    if (counting && !reads) step += 1;
    if (step === Number(at)) {
      if (how === "torn") {
        const bytes = Buffer.from(given[1]);
        writeSync(given[0], bytes.subarray(0, bytes.length / 2));
      }
      process.kill(process.pid, "SIGKILL");
    }
    return original(...given);
  };
}
syncBuiltinESMExports();
