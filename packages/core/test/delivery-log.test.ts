import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, lineOf, required } from "../src/index.ts";
import { journalFilesIn, linesIn, newDirectory, openLog } from "./support/journals.ts";
import { MemorySink } from "./support/memory-sink.ts";

const event = { event_type: "test.event" };
const linesOfAll = (directory: string) =>
  journalFilesIn(directory).flatMap((file) => linesIn(directory, file));

test("every line of the journal is delivered to every sink, as it stands there and in its order", async () => {
  const directory = newDirectory();
  const [one, other] = [new MemorySink("one"), new MemorySink("other", { entries: 3 })];
  const { log, problems } = openLog(directory, { sinks: [one, other] });
  await Promise.all(Array.from({ length: 50 }, () => log.record(event)));
  await log.flush();
  expect(one.lines).toEqual(linesOfAll(directory));
  await log.close();
  for (const sink of [one, other]) {
    expect(sink.lines).toEqual(linesOfAll(directory));
    expect(sink.closed).toBe(1);
  }
  expect(problems).toEqual([]);
});

test("what was delivered is known to the next process: it goes on behind it", async () => {
  const directory = newDirectory();
  const first = new MemorySink();
  const before = openLog(directory, { sinks: [first] });
  await before.log.record(event);
  await before.log.close();
  const second = new MemorySink();
  const after = openLog(directory, { sinks: [second] });
  await after.log.record(event);
  await after.log.close();
  expect([...first.lines, ...second.lines]).toEqual(linesOfAll(directory));
  expect(second.lines.length).toBeGreaterThan(0);
});

test("a new sink of an old journal is delivered everything", async () => {
  const directory = newDirectory();
  const before = openLog(directory);
  await before.log.record(event);
  await before.log.close();
  const sink = new MemorySink();
  const { log } = openLog(directory, { sinks: [sink] });
  await log.close();
  expect(sink.lines).toEqual(linesOfAll(directory));
});

test("the caller waits for a required sink, and not for another", async () => {
  const directory = newDirectory();
  const must = new MemorySink("must");
  const may = new MemorySink("may");
  let letGo: () => void = () => {};
  may.before = () => new Promise<void>((resolve) => (letGo = resolve));
  const { log } = openLog(directory, { sinks: [required(must), may] });
  const entry = await log.record(event);
  expect(must.lines.map((line) => (JSON.parse(line) as AuditEntry).id)).toContain(entry.id);
  expect(must.lines).toContain(lineOf(entry));
  expect(may.lines).toEqual([]);
  may.before = () => undefined;
  letGo();
  await log.close();
});

test("a required sink that fails refuses calls as soon as that is known, and no longer than it fails", async () => {
  const directory = newDirectory();
  const sink = new MemorySink("must");
  sink.before = () => {
    throw new Error("connection refused");
  };
  const { log, problems } = openLog(directory, {
    sinks: [required(sink)],
    recordTimeoutMs: 1500,
    fetch: async () => new Response("{}"),
  });
  await expect(log.record(event)).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  const call = () => log.fetch("https://openrouter.ai/api/v1/models");
  await expect(call()).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  expect(problems.map(({ code }) => code)).toEqual(["SINK_FAILING", "SINK_UNAVAILABLE"]);
  expect(problems[1]!.message).toMatch(
    /the required sink must: connection refused\. .*new calls are refused\..*start it with this sink not required\.$/,
  );
  const recovered = new Promise((resolve) => log.on("recovered", resolve));
  sink.before = () => undefined;
  await expect(recovered).resolves.toEqual({ part: "sink", name: "must" });
  await log.flush();
  await expect(call()).resolves.toBeInstanceOf(Response);
  expect(problems[2]).toEqual({
    code: "SINK_RECOVERED",
    message: expect.stringContaining("The sink must takes"),
  });
  await log.close();
  expect(sink.lines).toEqual(linesOfAll(directory));
});

test("continue waits for a required sink only until it is known to fail", async () => {
  const sink = new MemorySink("must");
  sink.before = () => {
    throw new Error("connection refused");
  };
  const { log, problems } = openLog(newDirectory(), {
    sinks: [required(sink)],
    guarantee: "write_ahead",
    onFailure: "continue",
    // Far longer than a test may take.
    recordTimeoutMs: 3_600_000,
    fetch: async () => new Response("{}"),
  });
  for (let calls = 0; calls < 3; calls += 1) {
    const answer = await log.fetch("https://openrouter.ai/api/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "x", messages: [] }),
    });
    expect(await answer.text()).toBe("{}");
  }
  const refusal = problems.find(({ code }) => code === "SINK_UNAVAILABLE");
  expect(refusal!.message).toContain("calls go on, and nobody waits for it");
  sink.before = () => undefined;
  await log.close();
});

test("while a sink fails, what waits for it is known, and its cursor says why, until it is over", async () => {
  const directory = newDirectory();
  const sink = new MemorySink("store");
  sink.before = () => {
    throw new Error("connection refused");
  };
  const { log } = openLog(directory, { sinks: [sink] });
  const [file] = journalFilesIn(directory);
  const size = () => statSync(join(directory, file!)).size;
  await log.record(event);
  await expect(log.flush({ timeoutMs: 1500 })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^The sink store \(connection refused\) does not have .*: not within 1\.5 s\./,
    ),
  });
  for (let count = 0; count < 3; count += 1) {
    await log.record(event);
    expect(log.health().sinks[0]!.lag.bytes).toBe(size());
  }
  const cursor = () => JSON.parse(readFileSync(join(directory, "delivery", "store.json"), "utf8"));
  expect(cursor()).toMatchObject({ last_error: "connection refused", required: false });
  sink.before = () => undefined;
  await log.flush();
  expect(cursor()).toMatchObject({ last_error: null, failing_since: null });
  await log.close();
});

test("a flush says which sinks are behind, and for how long it waited in all", async () => {
  const sink = new MemorySink("slow");
  let letGo: () => void = () => {};
  sink.before = () =>
    new Promise<void>((resolve) => {
      letGo = resolve;
    });
  const { log } = openLog(newDirectory(), { sinks: [sink, new MemorySink("quick")] });
  await log.record(event);
  await expect(log.flush({ timeoutMs: 20 })).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(/^The sink slow does not have what was recorded: not within \d+ ms\./),
  });
  sink.before = () => undefined;
  letGo();
  await log.close();
});

test("what delivery keeps is for its owner alone, and is what its page says", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory, { sinks: [new MemorySink("store")] });
  await log.record(event);
  await log.close();
  const folder = join(directory, "delivery");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "store.json")).mode & 0o777).toBe(0o600);
  const [file] = journalFilesIn(directory);
  expect(JSON.parse(readFileSync(join(folder, "store.json"), "utf8"))).toEqual({
    version: 1,
    sink: "store",
    files: {
      [file!]: { offset: statSync(join(directory, file!)).size, mark: expect.stringMatching(/^[\w-]{22}$/) },
    },
    delivered: linesOfAll(directory).length,
    rejected: 0,
    required: false,
    failing_since: null,
    last_error: null,
    updated_at: expect.stringMatching(/Z$/),
  });
  // Nobody delivers any more.
  expect(existsSync(join(folder, "store.lock"))).toBe(false);
});

test("limits that no batch can keep are refused before anything is opened", () => {
  const directory = join(newDirectory(), "journal");
  expect(() => openLog(directory, { sinks: [new MemorySink("store", { entries: 0 })] })).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining("limits.entries") }),
  );
  // And the directory is another's.
  const { log } = openLog(directory);
  return log.close();
});
