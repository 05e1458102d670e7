import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readDelivery } from "../src/delivery/read-delivery.ts";
import { EntriesRejected } from "../src/index.ts";
import { archive, deliveryFrom, WrittenLog } from "./support/delivery-world.ts";
import { newDirectory } from "./support/journals.ts";
import { MemorySink } from "./support/memory-sink.ts";

let directory: string;
let log: WrittenLog;
let sink: MemorySink;
beforeEach(() => {
  directory = newDirectory();
  log = new WrittenLog();
  sink = new MemorySink("store");
});

const day = (number: number) => join(directory, `audit_2026-11-${number}.jsonl`);

test("what any process appends, to any file, is found by looking, files of older days too", async () => {
  log.write(day(24), 3);
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  expect(sink.lines).toEqual(log.lines);
  log.write(day(25), 2);
  await world.until(() => sink.lines.length === 5);
  expect(sink.lines).toEqual(log.lines);
  const late = new WrittenLog("late").write(day(20), 4);
  log.write(day(25), 1);
  await world.until(() => sink.lines.length === 10);
  expect(new Set(sink.lines)).toEqual(new Set([...log.lines, ...late]));
  expect(world.codes()).toEqual([]);
  await world.close();
});

test("a log that goes on in another file is delivered in its order, however both files grow", async () => {
  const world = deliveryFrom(directory, [sink]);
  for (let turn = 0; turn < 20; turn += 1) {
    log.write(day(10 + turn), 2);
    log.write(day(11 + turn), 2);
    await world.clock.pass(100);
  }
  await world.until(() => sink.lines.length === 80);
  expect(sink.lines).toEqual(log.lines);
  await world.close();
});

test("a line that is not ended yet waits until it is, and is not counted as late meanwhile", async () => {
  log.write(day(25), 1);
  const [line] = log.seal(1);
  appendFileSync(day(25), line!.slice(0, 700));
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  expect(sink.lines).toHaveLength(1);
  appendFileSync(day(25), line!.slice(700));
  await world.clock.pass(10_000);
  expect(sink.lines).toHaveLength(1);
  appendFileSync(day(25), "\n");
  await world.until(() => sink.lines.length === 2);
  expect(sink.lines).toEqual(log.lines);
  await world.close();
});

test("torn and foreign lines are passed over, and not read again by the next process", async () => {
  log.write(day(25), 2);
  const [line] = log.seal(1);
  appendFileSync(day(25), `${line!.slice(0, 400)}\n\nnot an entry\n{"a":1}\n`);
  log.lines.pop();
  log.write(day(25), 1);
  appendFileSync(day(25), Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  await world.close();
  expect(sink.lines).toEqual(log.lines);
  expect(world.cursor("store").files["audit_2026-11-25.jsonl"].offset).toBe(statSync(day(25)).size);
  expect(world.codes()).toEqual([]);
});

test("a line too long for any entry is passed over in bounded memory", async () => {
  appendFileSync(day(25), `${"x".repeat(20 << 20)}\n`);
  log.write(day(25), 2);
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  expect(sink.lines).toEqual(log.lines);
  await world.close();
});

describe("a file that is compressed", () => {
  test("keeps its place, before it was delivered and after", async () => {
    log.write(day(23), 3);
    archive(day(23));
    log.write(day(24), 5);
    const first = new MemorySink("store", { entries: 4 });
    first.before = () => {
      if (first.lines.length === 4) throw new Error("down");
    };
    const before = deliveryFrom(directory, [first]);
    await before.until(() => before.codes().includes("SINK_FAILING"));
    await before.close();
    archive(day(24));
    log.write(day(25), 1);
    const after = deliveryFrom(directory, [sink]);
    await after.idle();
    await after.close();
    expect([...first.lines, ...sink.lines]).toEqual(log.lines);
    expect(after.codes()).toEqual([]);
    const archived = statSync(`${day(24)}.gz`).size;
    expect(after.cursor("store").files["audit_2026-11-24.jsonl.gz"]).toMatchObject({ archived });
  });

  test.each([0, 3])(
    "and begun anew under its name is another one: both are delivered, after %i of it",
    async (count) => {
      const before = new MemorySink("store");
      log.write(day(25), count);
      const first = deliveryFrom(directory, [before]);
      await first.idle();
      before.before = () => {
        throw new Error("down");
      };
      log.write(day(25), 5);
      await first.until(() => first.delivery.status()[0]!.failures > 2);
      await first.close();
      archive(day(25));
      new WrittenLog("restarted").write(day(25), 1);
      expect((await readDelivery(directory))[0]).toMatchObject({ behind: { entries: 6 }, problems: [] });
      const second = deliveryFrom(directory, [sink]);
      await second.idle();
      expect(second.codes()).toEqual([]);
      expect(sink.lines).toHaveLength(6);
      expect([...before.lines, ...sink.lines].slice(0, -1)).toEqual(log.lines);
      // And appended to what was compressed before: perhaps again, but all of it.
      log.write(day(25), 2);
      appendFileSync(`${day(25)}.gz`, gzipSync(readFileSync(day(25))));
      unlinkSync(day(25));
      await second.until(() => log.lines.slice(-2).every((line) => sink.lines.includes(line)));
      await second.close();
      expect((await readDelivery(directory))[0]).toMatchObject({ behind: { entries: 0 }, problems: [] });
    },
  );

  test("and begun anew while it is delivered is two as well", async () => {
    const world = deliveryFrom(directory, [sink]);
    log.write(day(25), 3);
    await world.idle();
    archive(day(25));
    log.write(day(25), 1);
    await world.until(() => sink.lines.length === 4);
    await world.idle();
    expect(world.codes()).toEqual([]);
    expect(sink.lines).toEqual(log.lines);
    await world.close();
  });

  test("and stays beside its archive, whole or half written, is delivered once", async () => {
    log.write(day(25), 40);
    const packed = gzipSync(readFileSync(day(25)));
    writeFileSync(`${day(25)}.gz`, packed.subarray(0, packed.length / 2));
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    writeFileSync(`${day(25)}.gz`, packed);
    await world.clock.pass(6_000);
    unlinkSync(day(25));
    await world.clock.pass(6_000);
    await world.idle();
    expect(world.codes()).toEqual([]);
    expect(sink.lines).toEqual(log.lines);
    await world.close();
  });

  test("is not unpacked again when it was delivered to its end", async () => {
    log.write(day(24), 3);
    archive(day(24));
    const before = deliveryFrom(directory, [sink]);
    await before.idle();
    await before.close();
    // Of the same size: to see what is in it, it would have to be opened.
    writeFileSync(`${day(24)}.gz`, Buffer.alloc(statSync(`${day(24)}.gz`).size));
    const after = deliveryFrom(directory, [sink]);
    await after.idle();
    expect(after.codes()).toEqual([]);
    await after.close();
  });

  test("and is damaged is said loudly and stops nothing else; mended, it is delivered", async () => {
    const lines = log.write(day(24), 40);
    const packed = gzipSync(readFileSync(day(24)));
    unlinkSync(day(24));
    writeFileSync(`${day(24)}.gz`, packed.subarray(0, packed.length / 2));
    const other = new WrittenLog("other");
    other.write(day(25), 2);
    const world = deliveryFrom(directory, [sink]);
    await world.until(() => other.lines.every((line) => sink.lines.includes(line)));
    expect(world.codes()).toEqual(["JOURNAL_UNREADABLE"]);
    writeFileSync(`${day(24)}.gz`, packed);
    await world.until(() => lines.every((line) => sink.lines.includes(line)));
    expect(new Set(sink.lines).size).toBe(sink.lines.length);
    await world.close();
  });
});

test("a file that is deleted is no matter, and delivered again when it comes back changed no more than at its end", async () => {
  log.write(day(24), 2);
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  renameSync(day(24), join(directory, "moved"));
  log.write(day(25), 1);
  await world.until(() => sink.lines.length === 3);
  renameSync(join(directory, "moved"), day(24));
  new WrittenLog("other").write(day(24), 1);
  await world.until(() => sink.lines.length === 4);
  expect(world.codes()).toEqual([]);
  await world.close();
});

describe("a file that is not what was delivered is said loudly, and delivered again from its beginning:", () => {
  const other = () => new WrittenLog("another");
  const cases: [string, () => string[]][] = [
    [
      "cut",
      () => {
        truncateSync(day(25), 100);
        appendFileSync(day(25), "\n");
        return other().write(day(25), 1);
      },
    ],
    [
      "cut between two lines",
      () => {
        const kept = log.lines.slice(0, 2);
        writeFileSync(day(25), kept.map((line) => `${line}\n`).join(""));
        return kept;
      },
    ],
    [
      "replaced by a larger one",
      () => {
        unlinkSync(day(25));
        return other().write(day(25), 9);
      },
    ],
    [
      "replaced by one of the same lines in another order",
      () => {
        const lines = [...log.lines].reverse();
        writeFileSync(day(25), [...lines, ...other().seal(1)].map((line) => `${line}\n`).join(""));
        return lines;
      },
    ],
    [
      "replaced by an archive of something else",
      () => {
        unlinkSync(day(25));
        const lines = other().write(day(25), 9);
        archive(day(25));
        return lines;
      },
    ],
    [
      "replaced by a shorter archive",
      () => {
        unlinkSync(day(25));
        const lines = other().write(day(25), 1);
        archive(day(25));
        return lines;
      },
    ],
  ];
  test.each(cases)("%s, while it is delivered", async (_how, change) => {
    log.write(day(25), 5);
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    const found = change();
    await world.until(() => world.codes().length > 0);
    await world.idle();
    expect(world.codes()).toEqual(["JOURNAL_CHANGED"]);
    expect(sink.lines.slice(5)).toEqual(expect.arrayContaining(found));
    await world.close();
  });

  test.each(cases)("%s, while nobody looked", async (_how, change) => {
    log.write(day(25), 5);
    const before = deliveryFrom(directory, [sink]);
    await before.idle();
    await before.close();
    const found = change();
    const after = deliveryFrom(directory, [sink]);
    await after.until(() => after.codes().length > 0);
    await after.idle();
    expect(after.codes()).toEqual(["JOURNAL_CHANGED"]);
    expect(sink.lines.slice(5)).toEqual(expect.arrayContaining(found));
    await after.close();
  });
});

describe("a cursor that cannot be used", () => {
  const path = () => join(directory, "delivery", "store.json");
  const bad: [string, (text: string) => string][] = [
    ["empty", () => ""],
    ["cut", (text) => text.slice(0, 40)],
    ["of another version", (text) => text.replace('"version":1', '"version":2')],
    ["of another sink", (text) => text.replace('"sink":"store"', '"sink":"other"')],
    ["with an offset that is none", (text) => text.replace(/"offset":\d+/, '"offset":-1')],
  ];
  test.each(bad)(
    "because it is %s is kept beside and said, and everything is delivered again",
    async (_how, change) => {
      log.write(day(25), 2);
      const before = deliveryFrom(directory, [sink]);
      await before.idle();
      await before.close();
      const text = change(readFileSync(path(), "utf8"));
      writeFileSync(path(), text);
      const after = deliveryFrom(directory, [sink]);
      await after.until(() => sink.lines.length === 4);
      expect(after.codes()).toEqual(["CURSOR_DAMAGED"]);
      await after.close();
      const kept = readdirSync(join(directory, "delivery")).filter((name) => name.includes("unreadable"));
      expect(kept.map((name) => readFileSync(join(directory, "delivery", name), "utf8"))).toEqual([text]);
      expect(after.cursor("store").version).toBe(1);
    },
  );

  test("because it cannot be read is never passed over: nothing is delivered before it can be", async () => {
    log.write(day(25), 2);
    mkdirSync(path(), { recursive: true });
    const world = deliveryFrom(directory, [sink]);
    await world.clock.pass(60_000);
    expect(sink.lines).toEqual([]);
    expect(world.codes()).toEqual(["SINK_FAILING"]);
    expect(world.delivery.status()[0]).toMatchObject({
      state: "retrying",
      lag: { bytes: statSync(day(25)).size },
    });
    rmSync(path(), { recursive: true });
    await world.until(() => sink.lines.length === 2);
    expect(world.codes()).toEqual(["SINK_FAILING", "SINK_RECOVERED"]);
    await world.close();
  });

  test("because it cannot be read has calls refused when its sink is required, and that is said", async () => {
    mkdirSync(path(), { recursive: true });
    const world = deliveryFrom(directory, [{ required: sink }]);
    await world.clock.pass(60_000);
    expect(world.problems).toMatchObject([
      { code: "SINK_UNAVAILABLE", message: expect.stringContaining("new calls are refused") },
    ]);
    expect(world.delivery.failure).toMatchObject({ code: "SINK_UNAVAILABLE" });
    rmSync(path(), { recursive: true });
    await world.until(() => world.codes().includes("SINK_RECOVERED"));
    expect(world.delivery.failure).toBeNull();
    await world.close();
  });
});

test("a cursor that cannot be written is said once; delivery goes on, and it is written when it can be", async () => {
  log.write(day(25), 1);
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  const folder = join(directory, "delivery");
  renameSync(folder, `${folder}-away`);
  for (let turn = 0; turn < 10; turn += 1) {
    log.write(day(25), 1);
    await world.clock.pass(3_000);
  }
  await world.until(() => sink.lines.length === 11 && world.codes().length > 0);
  expect(world.codes()).toEqual(["CURSOR_UNWRITABLE"]);
  renameSync(`${folder}-away`, folder);
  await world.until(() => existsSync(join(folder, "store.json")) && world.cursor("store").delivered === 11);
  await world.close();
});

describe("what a sink rejects", () => {
  const rejectAll = (batch: readonly { readonly id: string }[]) => {
    throw new EntriesRejected(batch.map(({ id }) => ({ id, reason: "no such column" })));
  };
  const path = () => join(directory, "delivery", "store.rejected.jsonl");

  test("is found in the dead-letter file, line for line, with the reason, and counted", async () => {
    log.write(day(25), 2);
    sink.before = rejectAll;
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    await world.close();
    const letters = readFileSync(path(), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(letters).toEqual(
      log.lines.map((line) => ({
        at: expect.stringMatching(/^2\d{3}-.*Z$/),
        sink: "store",
        reason: "no such column",
        line,
      })),
    );
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(world.cursor("store")).toMatchObject({ delivered: 0, rejected: 2 });
    expect(world.delivery.status()[0]).toMatchObject({ rejected: 2 });
    expect(world.codes()).toEqual(["ENTRY_REJECTED"]);
  });

  test("and cannot be set aside is not passed, nor asked for without a pause", async () => {
    log.write(day(25), 1);
    mkdirSync(join(directory, "delivery"));
    symlinkSync(join(directory, "elsewhere"), path());
    let tries = 0;
    sink.before = (batch) => {
      tries += 1;
      rejectAll(batch);
    };
    const world = deliveryFrom(directory, [sink]);
    await world.clock.pass(600_000);
    expect(world.codes()).toEqual(["SINK_FAILING"]);
    expect(tries).toBeLessThan(50);
    expect(existsSync(join(directory, "elsewhere"))).toBe(false);
    unlinkSync(path());
    await world.idle();
    expect(readFileSync(path(), "utf8").trimEnd().split("\n")).toHaveLength(1);
    await world.close();
  });

  test("is not glued to what somebody did not finish", async () => {
    log.write(day(25), 1);
    mkdirSync(join(directory, "delivery"));
    writeFileSync(path(), '{"at":"2026');
    sink.before = rejectAll;
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    await world.close();
    const [torn, letter] = readFileSync(path(), "utf8").split("\n");
    expect(torn).toBe('{"at":"2026');
    expect(JSON.parse(letter!).line).toBe(log.lines[0]);
  });
});

test("a sink that is behind by more than a minute is said, and again each minute as long as it is", async () => {
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  sink.before = () => {
    throw new Error("down");
  };
  log.write(day(25), 1, new Date(world.clock.now()));
  await world.clock.pass(50_000);
  expect(world.lags).toEqual([]);
  await world.clock.pass(300_000);
  expect(world.lags.length).toBeGreaterThanOrEqual(4);
  expect(world.lags.length).toBeLessThanOrEqual(5);
  expect(world.lags[0]).toMatchObject({
    name: "store",
    state: "retrying",
    lag: { bytes: statSync(day(25)).size },
  });
  expect(world.lags[0]!.lag.ms).toBeGreaterThan(60_000);
  sink.before = () => undefined;
  await world.idle();
  const said = world.lags.length;
  await world.clock.pass(300_000);
  expect(world.lags).toHaveLength(said);
  await world.close();
});

test("sinks do not wait for each other", async () => {
  log.write(day(25), 3);
  const hanging = new MemorySink("hanging");
  hanging.before = () => new Promise(() => {});
  const world = deliveryFrom(directory, [hanging, sink]);
  await world.until(() => sink.lines.length === 3);
  await world.clock.pass(40_000);
  expect(world.delivery.status().map(({ state }) => state)).toEqual(["hanging", "idle"]);
  // Nor does the end wait for it longer than it said.
  const closed = world.delivery.close(0);
  await world.clock.pass(2_000);
  await closed;
  expect([hanging.closed, sink.closed]).toEqual([0, 1]);
});

test("the cursor remembers files that are gone, but not those of all time", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2500 }, (_, index) => {
      const date = new Date(Date.UTC(2010, 0, 1 + index)).toISOString().slice(0, 10);
      return [`audit_${date}.jsonl`, { offset: 10 }];
    }),
  );
  mkdirSync(join(directory, "delivery"));
  const cursor = { version: 1, sink: "store", files, delivered: 0, rejected: 0, updated_at: "" };
  writeFileSync(join(directory, "delivery", "store.json"), JSON.stringify(cursor));
  log.write(day(25), 1);
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  await world.close();
  const kept = Object.keys(world.cursor("store").files);
  expect(kept).toHaveLength(1001);
  expect(kept).toEqual(
    expect.arrayContaining([...Object.keys(files).slice(-1000), "audit_2026-11-25.jsonl"]),
  );
});

describe("a lock of a process that cannot be seen from here", () => {
  const holder = { id: "9a2f6b0e-3f5c-4f0e-9d1a-0c7b6a5d4e3f", host: "another-host", pid: 1 };
  const lockedByAnother = () => {
    mkdirSync(join(directory, "delivery"), { recursive: true });
    writeFileSync(join(directory, "delivery", "store.lock"), JSON.stringify(holder));
  };

  test("is left alone as long as it gives signs of life, and its entries are said to be late all the same", async () => {
    lockedByAnother();
    log.write(day(25), 2);
    const world = deliveryFrom(directory, [sink]);
    for (let minute = 0; minute < 7; minute += 1) {
      const files = {};
      const cursor = { version: 1, sink: "store", files, delivered: 0, rejected: 0, updated_at: `${minute}` };
      rmSync(join(directory, "delivery", "store.json"), { force: true });
      writeFileSync(join(directory, "delivery", "store.json"), JSON.stringify(cursor));
      await world.clock.pass(60_000);
    }
    expect(sink.lines).toEqual([]);
    expect(world.lags.length).toBeGreaterThan(3);
    expect(world.lags[0]).toMatchObject({ state: "elsewhere", lag: { bytes: statSync(day(25)).size } });
    await world.close();
  });

  test("is taken over when it has given none for five minutes", async () => {
    lockedByAnother();
    log.write(day(25), 2);
    const world = deliveryFrom(directory, [sink]);
    await world.clock.pass(280_000);
    expect(world.delivery.status()[0]).toMatchObject({ state: "elsewhere" });
    await world.clock.pass(30_000);
    await world.idle();
    expect(sink.lines).toEqual(log.lines);
    await world.close();
  });

  test("and that was taken from a process which was only frozen, is not used by that one any more", async () => {
    log.write(day(25), 2);
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    const lock = join(directory, "delivery", "store.lock");
    const { id } = JSON.parse(readFileSync(lock, "utf8"));
    writeFileSync(`${lock}-${id}`, JSON.stringify(holder));
    await world.clock.pass(61_000);
    expect(world.delivery.status()[0]).toMatchObject({ state: "elsewhere", delivered: 2 });
    log.write(day(25), 1);
    await world.clock.pass(10_000);
    expect(sink.lines).toEqual(log.lines.slice(0, 2));
    rmSync(`${lock}-${id}`);
    rmSync(lock);
    await world.idle();
    expect(sink.lines).toEqual(log.lines);
    expect(world.delivery.status()[0]).toMatchObject({ delivered: 3, rejected: 0 });
    await world.close();
  });

  test("and that was taken from a process which ends before it knows, leaves it and the cursor to the other", async () => {
    log.write(day(25), 1);
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    const lock = join(directory, "delivery", "store.lock");
    const { id } = JSON.parse(readFileSync(lock, "utf8"));
    writeFileSync(`${lock}-${id}`, JSON.stringify(holder));
    const further = JSON.stringify({ ...world.cursor("store"), delivered: 100 });
    writeFileSync(join(directory, "delivery", "store.json"), further);
    log.write(day(25), 1);
    await world.close();
    expect(JSON.stringify(world.cursor("store"))).toBe(further);
    expect([lock, `${lock}-${id}`].filter((path) => !existsSync(path))).toEqual([]);
  });

  test("and that was taken while a write was under way, has its cursor from the other alone", async () => {
    log.write(day(25), 1);
    const world = deliveryFrom(directory, [sink]);
    await world.idle();
    let end = () => {};
    sink.before = () =>
      new Promise<void>((resolve) => {
        end = resolve;
      });
    log.write(day(25), 1);
    await world.clock.pass(1_000);
    const lock = join(directory, "delivery", "store.lock");
    const { id } = JSON.parse(readFileSync(lock, "utf8"));
    writeFileSync(`${lock}-${id}`, JSON.stringify(holder));
    await world.until(() => world.delivery.status()[0]!.state === "elsewhere");
    const further = JSON.stringify({ ...world.cursor("store"), delivered: 100 });
    writeFileSync(join(directory, "delivery", "store.json"), further);
    end();
    await world.clock.pass(1_000);
    expect(JSON.stringify(world.cursor("store"))).toBe(further);
    await world.close();
  });
});

test("one who delivers says that it is alive, also when there is nothing to deliver", async () => {
  const world = deliveryFrom(directory, [sink]);
  await world.clock.pass(61_000);
  const first = world.cursor("store").updated_at;
  await world.clock.pass(61_000);
  expect(world.cursor("store").updated_at > first).toBe(true);
  await world.close();
});

test("a cursor that points into a line does not cost the entry of that line", async () => {
  log.write(day(25), 3);
  const half = Math.floor(log.lines[0]!.length * 1.5);
  const files = { "audit_2026-11-25.jsonl": { offset: half } };
  mkdirSync(join(directory, "delivery"));
  writeFileSync(
    join(directory, "delivery", "store.json"),
    JSON.stringify({ version: 1, sink: "store", files, delivered: 1, rejected: 0, updated_at: "" }),
  );
  const world = deliveryFrom(directory, [sink]);
  await world.idle();
  expect(sink.lines).toEqual(log.lines);
  expect(world.codes()).toEqual(["JOURNAL_CHANGED"]);
  await world.close();
});

test("what others write is seen while a sink fails, and a cursor without the newer members is one", async () => {
  log.write(day(25), 1);
  const first = deliveryFrom(directory, [sink]);
  await first.idle();
  await first.close();
  const path = join(directory, "delivery", "store.json");
  const { required: _required, last_error: _error, ...older } = first.cursor("store");
  writeFileSync(path, JSON.stringify(older));
  sink.before = () => {
    throw new Error("down");
  };
  log.write(day(25), 1);
  const world = deliveryFrom(directory, [sink]);
  // The next try comes later than is waited for below.
  await world.until(() => world.delivery.status()[0]!.failures === 10);
  expect(world.codes()).toEqual(["SINK_FAILING"]);
  const lines = log.write(day(25), 2);
  await world.clock.pass(6_000);
  const bytes = log.lines.slice(1).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  expect(lines).toHaveLength(2);
  expect(world.delivery.status()[0]!.failures).toBe(10);
  expect(world.delivery.status()[0]!.lag.bytes).toBe(bytes);
  expect(world.cursor("store").last_error).toBe("down");
  sink.before = () => {
    throw new Error("denied");
  };
  await world.until(() => world.delivery.status()[0]!.lastError === "denied");
  await world.clock.pass(1_000);
  expect(world.cursor("store").last_error).toBe("denied");
  await world.close();
});

const testPipe = process.platform === "win32" ? test.skip : test;
testPipe.each(["store.json", "store.lock"])(
  "a pipe in the place of %s holds up nobody, and is said",
  async (name) => {
    log.write(day(25), 1);
    mkdirSync(join(directory, "delivery"));
    const pipe = join(directory, "delivery", name);
    execFileSync("mkfifo", [pipe]);
    // Should somebody wait for a writer after all: then the test fails, and does not hang.
    const writer = spawn("sh", ["-c", 'sleep 5; : > "$0"', pipe], { stdio: "ignore" });
    const begun = performance.now();
    const world = deliveryFrom(directory, [sink]);
    expect(performance.now() - begun).toBeLessThan(4000);
    expect(world.problems[0]).toMatchObject({
      code: "SINK_FAILING",
      message: expect.stringContaining("is not a regular file"),
    });
    writer.kill();
    rmSync(pipe);
    await world.idle();
    expect(sink.lines).toEqual(log.lines);
    await world.close();
  },
);

test.each(["The place is away", "The place is away.", " The place is away.\n"])(
  "what a sink says of its failure (%j) stands in a sentence, with one full stop",
  async (said) => {
    log.write(day(25), 1);
    let isAway = true;
    sink.before = () => {
      if (isAway) throw new Error(said);
    };
    const world = deliveryFrom(directory, [sink]);
    await world.until(() => world.problems.length > 0);
    expect(world.problems[0]!.message).toMatch(/store: The place is away\. Entries wait;/);
    expect(world.delivery.status()[0]!.lastError).toBe("The place is away");
    isAway = false;
    await world.idle();
    await world.close();
  },
);

test("what a sink says of its failure drives no terminal, and is one line", async () => {
  log.write(day(25), 1);
  let isAway = true;
  sink.before = () => {
    if (isAway) throw new Error("\u001b[2J\u009b31m away\nall is well \u202egnp");
  };
  const world = deliveryFrom(directory, [sink]);
  await world.until(() => world.problems.length > 0);
  const said = "\\u{1b}[2J\\u{9b}31m away\\u{a}all is well \\u{202e}gnp";
  expect(world.problems[0]!.message).toContain(said);
  expect(world.delivery.status()[0]!.lastError).toBe(said);
  isAway = false;
  await world.idle();
  await world.close();
});
