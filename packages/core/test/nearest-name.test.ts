import { nearestName } from "../src/nearest-name.ts";

const known = ["directory", "secret", "sync", "syncIntervalMs", "user", "userId", "baseURL"];

test.each<[string, string | null]>([
  ["usr", "user"],
  ["directroy", "directory"],
  ["baseUrl", "baseURL"],
  ["user_id", "userId"],
  ["userid", "userId"],
  ["syncInterval", "syncIntervalMs"],
  ["dir", "directory"],
  ["si", null],
  ["request", null],
  ["", null],
  ["u".repeat(100_000), null],
])("%p is meant for %p", (given, meant) => {
  expect(nearestName(given, known)).toBe(meant);
});
