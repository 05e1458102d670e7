import { setTimeout as passed } from "node:timers/promises";
import { AuditLog, type AuditLogOptions, lineOf, required } from "@openrouter-audit/core";
import { flakySink, memorySink } from "@openrouter-audit/testing/sink";
import { gapsIn, verifiedAlone } from "../../packages/core/test/support/verified-alone.ts";
import { openWorld, secret } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";
import { Handler } from "./handler.ts";

/** Calls through an audit log in memory, before a fake OpenRouter. */
async function openInMemory(options: AuditLogOptions = {}) {
  const memory = memorySink();
  const sink = flakySink(memory);
  const audit = { journal: false, sinks: [required(sink)], directory: "/nowhere/at/all", ...options };
  const world = await openWorld({ audit });
  const call = async () => {
    const answer = await world.audit.fetch(`${world.fake.url}/chat/completions`, asking());
    return answer.json();
  };
  const events = () => memory.entries.map(({ event_type }) => event_type);
  return { ...world, memory, sink, call, events };
}

test("a call is answered when the required sink has its entry, and the log that arrives is whole", async () => {
  const { audit, call, events, memory, sink } = await openInMemory();
  await audit.flush();
  sink.next({ hang: "until_released" });
  let answered = false;
  const calling = call().then(() => {
    answered = true;
  });
  await sink.received(2);
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  sink.release();
  await calling;
  expect(events()).toEqual(["audit.opened", "chat_completion"]);
  const recorded = await audit.record({ event_type: "answer.approved" });
  expect(lineOf(memory.entries.at(-1)!)).toBe(lineOf(recorded));
  await audit.close("test");
  expect(await verifiedAlone(memory.entries, audit.publicKey)).toEqual({ state: "closed", wrong: [] });
  expect(audit.directory).toBe("");
  expect(audit.health()).toMatchObject({
    directory: null,
    disk: null,
    journal: { file: null, recorded: 4, lost: 0 },
  });
});

test("with block, a sink that takes nothing refuses calls before they are sent; with continue, what is lost is counted", async () => {
  const block = await openInMemory({ recordTimeoutMs: 50 });
  block.sink.goDown();
  await expect(block.call()).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  await expect(block.call()).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  expect(block.fake.requests).toHaveLength(1);
  expect(block.audit.health()).toMatchObject({
    status: "failing",
    reasons: [{ part: "sink", code: "SINK_UNAVAILABLE" }, {}],
  });
  block.sink.comeBack();
  await block.audit.flush();
  await block.call();
  // The answer that its caller did not get was paid for all the same.
  expect(block.events()).toEqual(["audit.opened", "chat_completion", "chat_completion"]);

  const buffer = { entries: 3 };
  const best = await openInMemory({ guarantee: "best_effort", buffer });
  best.sink.goDown();
  for (let calls = 0; calls < 6; calls += 1) await best.call();
  best.sink.comeBack();
  await best.audit.close();
  expect(best.fake.requests).toHaveLength(6);
  expect(
    best.events().filter((event) => event === "chat_completion").length + gapsIn(best.memory.entries),
  ).toBe(6);
  expect(gapsIn(best.memory.entries)).toBeGreaterThan(0);
});

test("with write_ahead nothing is sent before the required sink has that it will be", async () => {
  const { audit, call, events, fake, sink } = await openInMemory({ guarantee: "write_ahead" });
  await audit.flush();
  sink.next({ hang: "until_released" });
  const calling = call();
  await sink.received(2);
  await new Promise(setImmediate);
  expect(fake.requests).toHaveLength(0);
  sink.release();
  await calling;
  expect(events()).toEqual(["audit.opened", "call_started", "chat_completion"]);
});

test("close says what did not reach a sink", async () => {
  const { audit, call, sink, problems } = await openInMemory({
    guarantee: "best_effort",
    recordTimeoutMs: 3_600_000,
  });
  await audit.flush();
  sink.goDown({ hang: "until_aborted" });
  await call();
  // Whoever waits for the sink is told then, and not when their time is up.
  const waiting = audit.record({ event_type: "answer.approved" }).catch(({ code }) => code);
  await expect(audit.close({ deliverMs: 100 })).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(/^Not delivered to the sink memory \(3 entries.*lost\.$/),
  });
  expect(await waiting).toBe("SINK_UNAVAILABLE");
  expect(problems.at(-1)).toMatchObject({ code: "SINK_UNAVAILABLE" });
});

test.each<[string, AuditLogOptions, RegExp]>([
  ["no sink", {}, /there are no sinks/],
  ["no sink that counts", { sinks: [memorySink()] }, /"recorded", and nothing could keep it/],
  [
    "no sink that counts, and write_ahead",
    { sinks: [memorySink()], guarantee: "write_ahead" },
    /"write_ahead", and nothing could keep it/,
  ],
  ["no secret", { sinks: [required(memorySink())], secret: undefined! }, /no secret can be made beside it/],
  [
    "a sink with limits that no batch could keep",
    { sinks: [required(memorySink({ limits: { entries: 0 } }))] },
    /limits\.entries of the sink "memory"/,
  ],
])("%s is found at once", (_what, options, message) => {
  const given = { journal: false, secret, ...options };
  const { secret: kept, ...withoutSecret } = given;
  expect(() => new AuditLog(kept === undefined ? withoutSecret : given)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
  );
});

describe("a process that may write nothing to any disk", () => {
  test("makes its call, delivers all of it before it ends by itself, and leaves no file", async () => {
    const handler = new Handler({});
    const key = await handler.says("key");
    await handler.says("write");
    handler.tell("kept");
    await handler.says("write");
    expect(handler.said).not.toContainEqual(expect.stringMatching(/^answer/));
    handler.tell("kept");
    expect(await handler.says("answer")).toBe("yes");
    // audit.closed
    await handler.says("write");
    handler.tell("kept");
    expect(await handler.ended()).toEqual({ files: [], exitCode: 0 });
    expect(handler.said.filter((line) => !line.startsWith("entry "))).toEqual([]);
    expect(handler.entries.at(-1)).toMatchObject({ event_type: "audit.closed", detail: { reason: "exit" } });
    expect(await verifiedAlone(handler.entries, key)).toEqual({ state: "closed", wrong: [] });
  });

  test("that is frozen while its sink answers, for longer than anybody waits, has missed nothing when it thaws", async () => {
    const handler = new Handler({ recordTimeoutMs: 400, flushes: true, closes: true });
    await handler.says("write");
    handler.tell("kept");
    await handler.says("write");
    handler.process.kill("SIGSTOP");
    handler.tell("kept");
    // The time that must pass for this to be a test of time.
    await passed(800);
    handler.process.kill("SIGCONT");
    expect(await handler.says("answer")).toBe("yes");
    await handler.says("flushed");
    await handler.says("write");
    handler.tell("kept");
    expect(await handler.ended()).toEqual({ files: [], exitCode: 0 });
    expect(handler.said.filter((line) => !/^(entry|key) /.test(line))).toEqual([]);
  });
});
