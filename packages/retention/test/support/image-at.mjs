// Loaded before a program: at each change that it makes to the file system, from a call of countStepsFromHere() on, copies a directory as
// it is just before: IMAGES_OF to IMAGES/<n>. That is what a kill at that moment would leave: what a process has written, the system
// keeps. So one process tells what a process for each step would.
import { cpSync } from "node:fs";
import { beforeChanges, changes } from "../../../../test/support/before-changes.mjs";

const { IMAGES_OF, IMAGES } = process.env;
beforeChanges(changes, (step) =>
  cpSync(IMAGES_OF, `${IMAGES}/${String(step).padStart(4, "0")}`, { recursive: true }),
);
