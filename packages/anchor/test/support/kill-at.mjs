// Loaded before a program: kills it, hard, when it is about to change the file system for the n-th time. With "torn" only
// writes count, and the one it is about to do is done by half. With "later" it counts from a call of countStepsFromHere().
import { writeSync } from "node:fs";
import { beforeChanges, changes, writes } from "../../../../test/support/before-changes.mjs";

const [at, how] = (process.env.KILL_AT ?? "").split(" ");
beforeChanges(how === "torn" ? writes : changes, (step, given) => {
  if (step !== Number(at)) return;
  if (how === "torn") {
    const bytes = Buffer.from(given[1]);
    writeSync(given[0], bytes.subarray(0, bytes.length / 2));
  }
  process.kill(process.pid, "SIGKILL");
});
if (how !== "later") globalThis.countStepsFromHere();
