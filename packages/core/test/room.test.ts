import { limitsOfDisk, limitsOfQuota } from "../src/journal/disk-limits.ts";
import { type RoomLevel, roomLevel, sizeInWords } from "../src/journal/room.ts";

const MiB = 1 << 20;
const GiB = 1 << 30;
const none = { warnBytes: null, stopBytes: null, quotaBytes: null };

test.each([
  ["a small disk", 100 * MiB, { warn: 10 * MiB, stop: MiB }],
  ["one of 6.25 GiB", 6.25 * GiB, { warn: 0.625 * GiB, stop: 64 * MiB }],
  ["a large one", 1024 * GiB, { warn: GiB, stop: 64 * MiB }],
])("%s has limits by its size", (_name, total, limits) => {
  expect(limitsOfDisk(none, total)).toEqual(limits);
});

test("what the operator said counts, zero too", () => {
  expect(limitsOfDisk({ warnBytes: 5, stopBytes: 0, quotaBytes: null }, GiB)).toEqual({ warn: 5, stop: 0 });
});

test.each<[number, RoomLevel, RoomLevel]>([
  [1000, "ok", "ok"],
  [100, "ok", "ok"],
  [99, "ok", "low"],
  [10, "low", "low"],
  [9, "low", "full"],
  [9, "ok", "full"],
  // What was entered is left only when there is a tenth more.
  [10, "full", "full"],
  [11, "full", "low"],
  [109, "low", "low"],
  [109, "full", "low"],
  [111, "low", "ok"],
  [111, "full", "ok"],
])("with %i bytes left, what was %s is %s", (left, before, after) => {
  expect(roomLevel(left, { warn: 100, stop: 10 }, before)).toBe(after);
});

test.each<[number, RoomLevel]>([
  [899, "ok"],
  [901, "low"],
  [999, "low"],
  [1000, "full"],
  [5000, "full"],
])("of a quota of 1000 bytes, %i is %s", (used, level) => {
  expect(roomLevel(1000 - used, limitsOfQuota(1000), "ok")).toBe(level);
});

test("a disk whose limits are zero is never full", () => {
  expect(roomLevel(0, { warn: 0, stop: 0 }, "ok")).toBe("ok");
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [1.5 * MiB, "1.5 MiB"],
  [64 * MiB, "64 MiB"],
  [3 * 1024 * GiB, "3 TiB"],
  [5000 * 1024 * GiB, "5000 TiB"],
])("%i bytes are %s", (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
