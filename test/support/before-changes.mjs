// For what is loaded before a program, to see or to end it in the middle of its work on files.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** The calls that write. */
export const writes = ["writeSync", "writeFileSync"];
/** The calls that change the file system. */
export const changes = [
  ...writes,
  "openSync",
  "fsyncSync",
  "renameSync",
  "linkSync",
  "unlinkSync",
  "rmSync",
  "mkdirSync",
];

const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
const isForReading = (flags = "r") =>
  typeof flags === "number" ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0 : flags === "r";

/**
 * Acts just before each of these calls, once the program has called countStepsFromHere(): with the number of the call, from 1 on,
 * and what the call is given.
 */
export function beforeChanges(calls, act) {
  let counting = false;
  let step = 0;
  globalThis.countStepsFromHere = () => {
    counting = true;
  };
  for (const name of calls) {
    const original = fs[name];
    fs[name] = (...given) => {
      if (counting && !(name === "openSync" && isForReading(given[1]))) {
        // What is done there with files is no step.
        counting = false;
        step += 1;
        act(step, given);
        counting = true;
      }
      return original(...given);
    };
  }
  syncBuiltinESMExports();
}
