// Loaded before a program: at each change that it makes to the file system, from a call of countStepsFromHere() on, copies a directory as
// it is just before: IMAGES_OF to IMAGES/<n>. That is what a kill at that moment would leave: what a process has written, the system
// keeps. So one process tells what a process for each step would.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { IMAGES_OF, IMAGES } = process.env;
let counting = false;
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
  "rmSync",
  "mkdirSync",
];
const { cpSync } = fs;
const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
const isForReading = (flags = "r") =>
  typeof flags === "number" ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0 : flags === "r";
for (const name of changing) {
  const original = fs[name];
  fs[name] = (...given) => {
    if (counting && !(name === "openSync" && isForReading(given[1]))) {
      counting = false;
      step += 1;
      cpSync(IMAGES_OF, `${IMAGES}/${String(step).padStart(4, "0")}`, { recursive: true });
      counting = true;
    }
    return original(...given);
  };
}
syncBuiltinESMExports();
