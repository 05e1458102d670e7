import { appendFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KnownSizes } from "../src/delivery/known-sizes.ts";
import { archive } from "./support/delivery-world.ts";
import { newDirectory } from "./support/journals.ts";
import { ManualClock } from "./support/manual-clock.ts";

const [long, yesterday, today] = [1, 24, 25].map(
  (day) => `audit_2026-11-${String(day).padStart(2, "0")}.jsonl`,
);

/** A journal of which one file was written to last weeks before the others. */
function journal() {
  const directory = newDirectory();
  const at = Date.now() / 1000;
  for (const [name, age] of [
    [long!, 20 * 86_400],
    [yesterday!, 86_400],
    [today!, 0],
  ] as const) {
    writeFileSync(join(directory, name), "x");
    utimesSync(join(directory, name), at - age, at - age);
  }
  const clock = new ManualClock();
  const known = new KnownSizes(directory, clock);
  const sizes = () => Object.fromEntries(known.now().map(({ name, size }) => [name, size]));
  const grow = (...names: string[]) => {
    for (const name of names) appendFileSync(join(directory, name), "x");
  };
  return { directory, clock, known, sizes, grow };
}

test("what was written to in the last two days is looked at each time, all else after a while", async () => {
  const { clock, sizes, grow } = journal();
  expect(sizes()).toEqual({ [long!]: 1, [yesterday!]: 1, [today!]: 1 });
  grow(long!, yesterday!, today!);
  expect(sizes()).toEqual({ [long!]: 1, [yesterday!]: 2, [today!]: 2 });
  await clock.pass(60_000);
  expect(sizes()).toEqual({ [long!]: 2, [yesterday!]: 2, [today!]: 2 });
});

test("all are looked at when that is asked for, and a new file is not known before", () => {
  const { known, sizes, grow } = journal();
  sizes();
  const tomorrow = "audit_2026-11-26.jsonl";
  grow(long!, tomorrow);
  expect(known.has(tomorrow)).toBe(false);
  expect(sizes()).toEqual({ [long!]: 1, [yesterday!]: 1, [today!]: 1 });
  known.forget();
  expect(sizes()).toEqual({ [long!]: 2, [yesterday!]: 1, [today!]: 1, [tomorrow]: 1 });
  expect(known.has(tomorrow)).toBe(true);
});

test("a file that is compressed meanwhile is found under its new name, and known by that", () => {
  const { directory, known, sizes } = journal();
  sizes();
  archive(join(directory, yesterday!));
  expect(Object.keys(sizes())).toEqual([long, `${yesterday}.gz`, today]);
  expect([yesterday!, `${yesterday}.gz`].map((name) => known.has(name))).toEqual([false, true]);
});
