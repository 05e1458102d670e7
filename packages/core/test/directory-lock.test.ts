import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "../src/journal/directory-lock.ts";
import { thisProcess } from "../src/journal/process-identity.ts";
import { newDirectory } from "./support/journals.ts";

const id = "00000000-0000-4000-8000-000000000000";
function leaveLock(directory: string, change: object, name = "lock"): void {
  writeFileSync(join(directory, name), JSON.stringify({ id, ...thisProcess(), ...change }));
}
/** Where the machine has no id, a reboot cannot be told from another machine. */
const rebooted: [string, () => object][] =
  thisProcess().machine === null
    ? []
    : [["the time before the machine was started", () => ({ boot: "another boot" })]];
const gone = () => spawnSync(process.execPath, ["-e", ""]).pid;

test("a directory is one process's at a time, and free afterwards", () => {
  const directory = newDirectory();
  const release = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(new RegExp(`Process ${process.pid} on .* has the lock`));
  release();
  expect(readdirSync(directory)).toEqual([]);
  lockDirectory(directory)();
});

test.each<[string, () => object]>([
  ["a process that is gone", () => ({ pid: gone() })],
  ["another process that had the number before", () => ({ started: "1" })],
  ...rebooted,
])("a lock of %s is taken over", (_whose, change) => {
  const directory = newDirectory();
  leaveLock(directory, change());
  const release = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(/has the lock/);
  release();
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ["another host", { host: "elsewhere" }],
  ["another machine of the same name", { boot: "another boot", machine: "another machine" }],
  ["a machine that has no id", { boot: "another boot", machine: null }],
  ["another container", { pid_namespace: "pid:[1]" }],
  ["nobody knows whom", { id: "../../etc/passwd" }],
])("a lock of %s is left, and the message says what to do", (_whose, change) => {
  const directory = newDirectory();
  leaveLock(directory, change);
  const before = readFileSync(join(directory, "lock"), "utf8");
  expect(() => lockDirectory(directory)).toThrow(/If you know that it has ended .* remove that file/);
  expect(readFileSync(join(directory, "lock"), "utf8")).toBe(before);
});

test("a chain of dead holders that leads back to itself is left, and not followed for ever", () => {
  const directory = newDirectory();
  leaveLock(directory, { pid: gone() });
  leaveLock(directory, { pid: gone() }, `lock-${id}`);
  expect(() => lockDirectory(directory)).toThrow(/has the lock .* remove that file/s);
});

test("a chain of dead holders is followed to its end, and taken away whole", () => {
  const directory = newDirectory();
  const second = "11111111-1111-4111-8111-111111111111";
  leaveLock(directory, { pid: gone() });
  leaveLock(directory, { pid: gone(), id: second }, `lock-${id}`);
  leaveLock(directory, { pid: gone() }, "lock-99999999-9999-4999-8999-999999999999");
  const release = lockDirectory(directory);
  expect(readdirSync(directory).sort()).toEqual(["lock", `lock-${id}`, `lock-${second}`]);
  release();
  expect(readdirSync(directory)).toEqual([]);
});

test("a lock that another one took meanwhile is not let go of: a third one would find it free", () => {
  const directory = newDirectory();
  const release = lockDirectory(directory);
  const { id: own } = JSON.parse(readFileSync(join(directory, "lock"), "utf8"));
  leaveLock(directory, { host: "elsewhere" }, `lock-${own}`);
  expect(release.isTaken()).toBe(true);
  release();
  expect(readdirSync(directory).sort()).toEqual(["lock", `lock-${own}`]);
});

test("one that was replaced sees so, also when its successor is gone, and leaves the lock of the next alone", () => {
  const directory = newDirectory();
  const frozen = lockDirectory(directory);
  expect(frozen.isTaken()).toBe(false);
  // As another host sees it, where nobody can tell whether the first is alive.
  const held = JSON.parse(readFileSync(join(directory, "lock"), "utf8"));
  writeFileSync(join(directory, "lock"), JSON.stringify({ ...held, host: "elsewhere" }));
  const successor = lockDirectory(directory, "lock", { takesFromUnknown: true });
  expect([frozen.isTaken(), successor.isTaken()]).toEqual([true, false]);
  successor();
  expect(readdirSync(directory)).toEqual([]);
  expect(frozen.isTaken()).toBe(true);
  const next = lockDirectory(directory);
  expect([frozen.isTaken(), next.isTaken()]).toEqual([true, false]);
  frozen();
  expect(existsSync(join(directory, "lock"))).toBe(true);
  next();
  expect(readdirSync(directory)).toEqual([]);
});

test("who had a lock that somebody removed has it no longer", () => {
  const directory = newDirectory();
  const release = lockDirectory(directory);
  rmSync(join(directory, "lock"));
  expect(release.isTaken()).toBe(true);
});
