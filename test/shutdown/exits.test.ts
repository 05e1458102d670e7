import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { verifyJournal } from "@openrouter-audit/core";
import { entriesIn } from "../support/audited-world.ts";
import { temporaryDirectory } from "../support/journal.ts";
import { Child } from "./child.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

/** How a process ends, what its parent sees, whether its log is closed, and what becomes of the call that runs. */
const ways: [how: string, ended: object, closed: boolean, call: string[]][] = [
  ["process.exit()", { code: 3, signal: null }, false, []],
  ["uncaught exception", { code: 1, signal: null }, false, []],
  ["unhandled rejection", { code: 1, signal: null }, false, []],
  ["SIGKILL", { code: null, signal: "SIGKILL" }, false, []],
  ["SIGTERM without a handler", { code: null, signal: "SIGTERM" }, false, []],
  ["exit in the middle of close()", { code: 3, signal: null }, false, []],
  ["close() in a handler of uncaught exceptions", { code: 1, signal: null }, true, ["unknown"]],
  ["natural end", { code: 0, signal: null }, true, []],
  ["disconnect of a worker", { code: 0, signal: null }, true, []],
];

test.each(ways)("%s: nothing that was acknowledged is lost", async (how, ended, closed, call) => {
  const directory = temporaryDirectory();
  const given = { how, directory, baseURL: upstream.url };
  const child = new Child("exits.mjs", given, { ipc: how === "disconnect of a worker" });
  if (how === "disconnect of a worker") {
    await child.says("waiting");
    child.disconnect();
  }
  expect(await child.ended).toEqual(ended);
  const recorded = child.all("recorded");
  expect(recorded).toHaveLength(20);
  const entries = entriesIn(directory);
  const ids = new Set(entries.map(({ id }) => id));
  expect(recorded.filter((id) => !ids.has(id))).toEqual([]);
  const ofCalls = entries.filter(({ event_type }) => !event_type.startsWith("test."));
  expect(ofCalls.map(({ status }) => status)).toEqual(call);
  const { problems, logs } = await verifyJournal(directory, { now: new Date(Date.now() + 3_600_000) });
  expect(logs.map(({ state }) => state)).toEqual([closed ? "closed" : "unclosed"]);
  expect(problems.filter(({ result }) => result === "tampered")).toEqual([]);
});

test("the page says of each way what is tested here", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/guarantees.md", import.meta.url)), "utf8");
  const rows = new Map(
    [...page.matchAll(/^\| (.+?) +\| (closed|not closed) +\|/gm)].map(([, how, log]) => [how, log]),
  );
  for (const [how, , closed] of ways)
    expect([how, rows.get(how)]).toEqual([how, closed ? "closed" : "not closed"]);
});
