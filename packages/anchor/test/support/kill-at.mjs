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
for (const name of how === "torn" ? ["writeSync", "writeFileSync"] : [...changing, "rmSync", "mkdirSync"]) {
  const original = fs[name];
  fs[name] = (...given) => {
    const reads = name === "openSync" && (given[1] === "r" || given[1] === undefined);
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
