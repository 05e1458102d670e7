import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { draftEntry } from "../src/entry/draft-entry.ts";
import { type FindOrphansOptions, findOrphans, readJournal } from "../src/index.ts";
import { thisProcess } from "../src/journal/process-identity.ts";
import { unknownOf } from "../src/orphans/unknown-entry.ts";
import { entryOf } from "../src/seal/sealed-entry.ts";
import { journalWith, StartedLog, startOf } from "./support/started-log.ts";

const now = new Date();
const ago = (ms: number) => new Date(now.getTime() - ms);
const today = `audit_${now.toISOString().slice(0, 10)}.jsonl`;
const minute = 60_000;
const [one, two, three] = [uuidv7(), uuidv7(), uuidv7()];

async function found(directory: string, options: FindOrphansOptions = {}) {
  const orphans: [string | null, string][] = [];
  for await (const { start, state } of findOrphans(directory, options))
    orphans.push([start.exchange_id, state]);
  return orphans;
}

async function read(directory: string, filter = {}) {
  const ends: [string | null, string | null][] = [];
  for await (const { exchange_id, error_type } of readJournal(directory, filter))
    ends.push([exchange_id, error_type]);
  return ends;
}

/** The line of the end that another process writes for a start. */
function unknownLine(writer: StartedLog, exchange_id: string, at: Date, id = uuidv7()): string {
  const draft = startOf(exchange_id, at, { id });
  const sealed = { draft, place: { log: "a/b/c", seq: 0, recorded_at: "" }, chain_hash: "", signature: "" };
  return writer.line(unknownOf(entryOf(sealed))!, at);
}

test("a filter that nobody knows is refused, and does not stand for all starts", async () => {
  const directory = journalWith({ [today]: [] });
  const refused = { code: "INVALID_OPTIONS", message: expect.stringContaining('"userId"') };
  await expect(found(directory, { userid: "ada" } as never)).rejects.toMatchObject(refused);
});

describe("whether a log without an end goes on", () => {
  test.each<[string, object, number, "running" | "orphaned"]>([
    ["a process that is there", { process: thisProcess() }, 10 * minute, "running"],
    ["a process that is gone", { process: { ...thisProcess(), started: "1" } }, 0, "orphaned"],
    ["a process elsewhere that was heard of lately", {}, 2 * minute, "running"],
    ["a process elsewhere, silent for three heartbeats", {}, 4 * minute, "orphaned"],
    ["a process elsewhere that promised less", { heartbeat_ms: 2 * minute }, 4 * minute, "running"],
    ["a process that nobody named", { process: null }, 4 * minute, "orphaned"],
    [
      "one of whose number another may be",
      { process: { ...thisProcess(), started: null } },
      4 * minute,
      "orphaned",
    ],
    [
      "a process described by nonsense",
      { process: { host: 1, pid: "x" }, heartbeat_ms: "often" },
      16 * minute,
      "orphaned",
    ],
  ])("%s", async (_who, terms, silentMs, state) => {
    const log = new StartedLog(terms as never);
    const at = ago(silentMs);
    const directory = journalWith({ [today]: [log.opened(at), log.start(one, at)] });
    expect(await found(directory)).toEqual([[one, state]]);
  });

  test("one that was closed is over", async () => {
    const log = new StartedLog({ process: { ...thisProcess() } });
    const directory = journalWith({ [today]: [log.opened(now), log.start(one, now), log.closed(now)] });
    expect(await found(directory)).toEqual([[one, "orphaned"]]);
  });

  test("whatever it writes tells that it goes on", async () => {
    const log = new StartedLog();
    const event = draftEntry({
      event_type: "test.event",
      status: "success",
      timestamp: now.toISOString(),
      service: { name: "a", version: null, instance: "host/1" },
      attribution: { how: "no_context", source: null },
    });
    const old = ago(10 * minute);
    const lines = [log.opened(old), log.start(one, old), log.line(event, now)];
    expect(await found(journalWith({ [today]: lines }))).toEqual([[one, "running"]]);
  });
});

describe("a start has its end wherever that stands", () => {
  const log = new StartedLog();
  const next = new StartedLog({ guarantee: "recorded" });
  const [opened, start, end] = [log.opened(now), log.start(one, now), next.end(one, now)];
  test.each<[string, Record<string, string[]>]>([
    ["behind it", { [today]: [opened, start, end] }],
    [
      "before it, in the file of a clock that was set back",
      { "audit_2026-01-01.jsonl": [end], [today]: [opened, start] },
    ],
    ["in an archive", { "audit_2026-01-01.jsonl.gz": [opened, start], [today]: [end] }],
    ["behind one of two copies of it", { [today]: [opened, start, end, start] }],
  ])("%s", async (_where, files) => {
    expect(await found(journalWith(files))).toEqual([]);
  });

  test("and of two copies of a start without one, one is listed", async () => {
    expect(await found(journalWith({ [today]: [opened, start, start] }))).toHaveLength(1);
  });
});

test("conditions are those of the call that was begun", async () => {
  const log = new StartedLog();
  const directory = journalWith({
    [today]: [
      log.opened(now),
      log.start(one, ago(3 * minute), { user_id: "ada", model: "openai/gpt-5-mini" }),
      log.start(two, now, { user_id: "grace", detail: { event_type: "embedding" } }),
    ],
  });
  const ids = async (options: FindOrphansOptions) => (await found(directory, options)).map(([id]) => id);
  expect(await ids({})).toEqual([one, two]);
  expect(await ids({ userId: "ada" })).toEqual([one]);
  expect(await ids({ model: "openai/*" })).toEqual([one]);
  expect(await ids({ eventType: "embedding" })).toEqual([two]);
  expect(await ids({ since: ago(minute) })).toEqual([two]);
  expect(await ids({ until: ago(minute) })).toEqual([one]);
  expect(await ids({ status: "success" })).toEqual([]);
});

test("lines that are no entries, and starts that say nothing as we do, harm nobody", async () => {
  const log = new StartedLog();
  const skipped: number[] = [];
  let starts = 0;
  const lines = [
    log.opened(now),
    "no entry",
    '{"event_type":"call_started","exchange_id":"',
    log.start("", now),
    log.start(one, now, { detail: null }),
    log.start(two, now, { detail: { event_type: 7 }, id: "no uuid" }),
  ];
  const directory = journalWith({ [today]: lines });
  const onSkipped = ({ line }: { line: number }) => void skipped.push(line);
  const onStart = () => {
    starts += 1;
  };
  expect((await found(directory, { onSkipped, onStart })).map(([id]) => id)).toEqual(["", one, two]);
  expect({ skipped, starts }).toEqual({ skipped: [2, 3], starts: 3 });
  for await (const { start } of findOrphans(directory)) {
    if (start.exchange_id !== "") expect(unknownOf(start)).toBeNull();
  }
});

describe("of a real end and one that was written for a process thought dead, readers count the real one", () => {
  const log = new StartedLog();
  const other = new StartedLog();
  const id = uuidv7();
  const start = log.start(one, now, { id });
  const unknown = unknownLine(other, one, now, id);
  const again = unknownLine(new StartedLog(), one, now, id);
  const alone = unknownLine(other, two, now);
  const end = log.end(one, now);
  test.each([
    ["that came later", [start, unknown, end, alone]],
    ["that came before", [start, end, unknown, alone]],
    ["between two of them", [start, unknown, end, alone, again]],
  ])("%s", async (_when, lines) => {
    const directory = journalWith({ [today]: [log.opened(now), ...lines] });
    const ends = await read(directory);
    expect(ends).toHaveLength(2);
    expect(ends).toEqual(
      expect.arrayContaining([
        [one, null],
        [two, "process_ended"],
      ]),
    );
    expect(await read(directory, { status: "unknown" })).toEqual([[two, "process_ended"]]);
    expect(await found(directory)).toEqual([]);
  });

  test("without one, it is counted once however often and however far apart it was written", async () => {
    const lines = [log.opened(now), start, unknown];
    const directory = journalWith({ [today]: [...lines, again], "audit_2026-01-01.jsonl": [unknown] });
    expect(await read(directory)).toEqual([[one, "process_ended"]]);
  });

  test("what an answer calls process_ended is no such end", async () => {
    const lines = [log.end(one, now, { status: "error", error_type: "process_ended" }), unknown];
    const ends = await read(journalWith({ [today]: lines }));
    expect(ends).toEqual([[one, "process_ended"]]);
  });
});

test("whatever is written in whatever order and file, a start is open when no line ends it", async () => {
  const kinds = fc.constantFrom("start", "end", "unknown", "other") as fc.Arbitrary<
    "start" | "end" | "unknown" | "other"
  >;
  const ids = [one, two, three];
  const startIds = ids.map(() => uuidv7());
  const step = fc.record({ kind: kinds, call: fc.nat(2), file: fc.nat(2), log: fc.nat(1) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const logs = [new StartedLog(), new StartedLog()];
      const files = ["audit_2026-01-01.jsonl", "audit_2026-01-02.jsonl.gz", today];
      const lines: Record<string, string[]> = { [files[0]!]: logs.map((log) => log.opened(now)) };
      for (const { kind, call, file, log } of steps) {
        const id = ids[call]!;
        const writer = logs[log]!;
        lines[files[file]!] ??= [];
        lines[files[file]!]!.push(
          kind === "start"
            ? writer.start(id, now, { id: startIds[call]! })
            : kind === "end"
              ? writer.end(id, now, { id })
              : kind === "unknown"
                ? unknownLine(writer, id, now, startIds[call]!)
                : writer.heartbeat(now),
        );
      }
      const has = (wanted: string, call: number) =>
        steps.some((each) => each.kind === wanted && each.call === call);
      const directory = journalWith(lines);
      const open = ids.filter(
        (_id, call) => has("start", call) && !has("end", call) && !has("unknown", call),
      );
      expect((await found(directory)).map(([id]) => id).sort()).toEqual([...open].sort());
      const counted = ids.flatMap((id, call) =>
        has("end", call) ? [[id, null]] : has("unknown", call) ? [[id, "process_ended"]] : [],
      );
      expect((await read(directory)).sort()).toEqual(counted.sort());
    }),
    { numRuns: 60 },
  );
});
