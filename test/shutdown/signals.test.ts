import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { AuditLog, verifyJournal } from "@openrouter-audit/core";
import { entriesIn } from "../support/audited-world.ts";
import { temporaryDirectory } from "../support/journal.ts";
import { Child } from "./child.ts";
import { startUpstream, type Upstream, wholeAnswer } from "./upstream.ts";

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

/** An application that runs, and has begun to answer one request. */
async function answering(kind: string, given: object = {}, before: readonly string[] = []) {
  const directories = [temporaryDirectory(), temporaryDirectory()].slice(0, kind === "http" ? 2 : 1);
  const child = new Child("app.mjs", { kind, directories, baseURL: upstream.url, ...given }, { before });
  const port = Number(await child.says("listening"));
  const answer = await fetch(`http://127.0.0.1:${port}/chat`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader.read()).value;
  const rest = async () => {
    let text = first;
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    } catch {
      text += "(cut)";
    }
    return text;
  };
  return { child, port, rest, directories, directory: directories[0]! };
}

/** Resolves when nobody listens there any more. */
async function takesNoMore(port: number): Promise<void> {
  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      }).on("error", () => resolve(false));
    });
  while (await isOpen());
}

const statusesIn = (directory: string) => entriesIn(directory).map(({ status }) => status);
async function stateOf(directory: string) {
  const { result, logs } = await verifyJournal(directory);
  return [result, ...logs.map(({ state }) => state)];
}

test.each(["http", "express", "fastify", "nest"])(
  "SIGTERM: %s takes no new connections, its streams end, and the calls that follow are made; then the signal ends it",
  async (kind) => {
    const { child, port, rest, directory } = await answering(kind);
    child.kill("SIGTERM");
    await takesNoMore(port);
    upstream.finish();
    expect(await rest()).toBe(`${wholeAnswer};again`);
    expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
    expect(statusesIn(directory)).toEqual(["success", "success"]);
    expect(await stateOf(directory)).toEqual(["intact", "closed"]);
    expect(child.all("error")).toEqual([]);
  },
);

test("without a server, requests that made a call are waited for: their next call is made", async () => {
  const { child, rest, directory } = await answering("express without server");
  child.kill("SIGTERM");
  upstream.finish();
  expect(await rest()).toBe(`${wholeAnswer};again`);
  expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
  expect(statusesIn(directory)).toEqual(["success", "success"]);
});

test("what does not end in time is recorded as unknown, in each log of the process, and the process ends", async () => {
  const options = { waitForCallsMs: 100 };
  const { child, rest, directories } = await answering("http", { close: { options } });
  child.kill("SIGINT");
  expect(await child.ended).toEqual({ code: null, signal: "SIGINT" });
  expect(await rest()).toBe("one(cut)");
  expect(directories.map(statusesIn)).toEqual([["unknown"], ["unknown"]]);
  expect(await Promise.all(directories.map(stateOf))).toEqual(directories.map(() => ["intact", "closed"]));
});

test("a second signal ends the waiting, and the log in order", async () => {
  const options = { waitForCallsMs: 3_600_000 };
  const { child, port, directories } = await answering("http", { close: { options } });
  child.kill("SIGTERM");
  await takesNoMore(port);
  child.kill("SIGINT");
  expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
  expect(directories.map(statusesIn)).toEqual([["unknown"], ["unknown"]]);
  expect(await stateOf(directories[0]!)).toEqual(["intact", "closed"]);
});

test("a signal that others listen to is left to them, when the log is closed", async () => {
  const { child, directory } = await answering("http", {
    othersExitWith: 7,
    close: { options: { waitForCallsMs: 0 } },
  });
  child.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: 7, signal: null });
  expect(await stateOf(directory)).toEqual(["intact", "closed"]);
});

test("what was taken back does nothing any more", async () => {
  const { child, directory } = await answering("http", { close: { takeBack: true } });
  child.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
  expect((await stateOf(directory))[1]).not.toBe("closed");
});

const canUnshare = () => {
  try {
    execFileSync("unshare", ["-p", "-f", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

(canUnshare() ? test : test.skip)(
  "the first process of a container ends, with the status that a shell gives the signal",
  async () => {
    const given = { close: { options: { waitForCallsMs: 0 } } };
    const { child, directory } = await answering("http", given, ["unshare", "-p", "-f", "--kill-child"]);
    // What is outside signals it by the number that it has there.
    const outside = execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).trim();
    process.kill(Number(outside), "SIGTERM");
    expect(await child.ended).toEqual({ code: 143, signal: null });
    expect(await stateOf(directory)).toEqual(["intact", "closed"]);
  },
);

test.each([
  [
    { signals: ["SIGKILL"] },
    /^Option "signals\.0" of closeOnSignals\(\) is not right: must be names of signals/,
  ],
  [{ signals: ["TERM"] }, /^Option "signals\.0" of closeOnSignals\(\) is not right/],
  [{ server: {} }, /^Option "server" of closeOnSignals\(\) is not right: must be a server/],
  [{ waitForCallsMs: -1 }, /^Option "waitForCallsMs" of closeOnSignals\(\) is not right: must be at least 0/],
  [{ wait: 1 }, /closeOnSignals\(\) is not right/],
])("closeOnSignals(%j) is refused, and listens to nothing", async (options, message) => {
  const audit = new AuditLog({ directory: temporaryDirectory(), secret: "s".repeat(32) });
  const listeners = process.listenerCount("SIGTERM");
  expect(() => audit.closeOnSignals(options as never)).toThrow(message);
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
  await audit.close();
});
