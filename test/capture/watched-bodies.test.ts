import { spawnSync } from "node:child_process";

const flags = [
  "--expose-gc",
  "--import=./test/support/run-typescript.mjs",
  "--conditions=@openrouter-audit/source",
];

/** How many of the objects that are watched over were told to be collected, with fake timers in place meanwhile. */
function collected(when: { readonly loaded: "before" | "after"; readonly watched: number }): number {
  const script = `
    const timers = require("node:timers");
    const { syncBuiltinESMExports } = require("node:module");
    const real = timers.setImmediate;
    const put = (timer) => {
      timers.setImmediate = globalThis.setImmediate = timer;
      syncBuiltinESMExports();
    };
    const load = () => import("./packages/core/src/capture/bodies/on-collected.ts");
    (async () => {
      if (${when.loaded === "before"}) await load();
      put(() => ({}));
      const { onCollected } = await load();
      let collected = 0;
      for (let count = 0; count < ${when.watched}; count++) onCollected({}, () => collected++);
      put(real);
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => real(resolve));
        gc();
      }
      process.stdout.write(String(collected));
    })();`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", script], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return Number(stdout);
}

test("the fake timers of a test do not keep a body from being collected", () => {
  expect(collected({ loaded: "before", watched: 10 })).toBe(10);
});

test("where all timers are fake, no more than a thousand bodies are kept", () => {
  expect(collected({ loaded: "after", watched: 10_500 })).toBe(10_000);
});
