import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import type { AuditProblem } from "../src/audit-error.ts";
import { AuditEvents } from "../src/audit-events.ts";
import { Carrier } from "../src/delivery/carrier.ts";
import type { DeadLetter, Parcel, ParcelSource } from "../src/delivery/parcel.ts";
import { type AuditSink, EntriesRejected } from "../src/delivery/sink.ts";
import type { AuditEntry } from "../src/index.ts";
import { ManualClock } from "./support/manual-clock.ts";

/** Parcels in memory. */
class Shelf implements ParcelSource {
  readonly passedIds: string[] = [];
  #next = 0;
  #parcels: Parcel[] = [];
  #woken = () => {};
  readonly #clock: ManualClock;

  constructor(clock: ManualClock, count: number, bytes = 100) {
    this.#clock = clock;
    this.add(count, bytes);
  }

  add(count: number, bytes = 100): void {
    for (let added = 0; added < count; added += 1) {
      const id = `${this.#parcels.length}`;
      const recordedAt = new Date(this.#clock.now()).toISOString();
      const open = () => ({ id, metadata: { text: "as it was" } }) as unknown as AuditEntry;
      this.#parcels.push({ id, recordedAt, bytes, line: () => `line ${id}`, open });
    }
    this.#woken();
  }

  async take(most: { entries: number; bytes: number }): Promise<readonly Parcel[]> {
    const taken: Parcel[] = [];
    for (let { bytes } = most; bytes > 0 && taken.length < most.entries; ) {
      const parcel = this.#parcels[this.#next];
      if (!parcel) break;
      this.#next += 1;
      bytes -= parcel.bytes;
      taken.push(parcel);
    }
    return taken;
  }

  passed(parcels: readonly Parcel[]): void {
    this.passedIds.push(...parcels.map(({ id }) => id));
  }

  more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#next < this.#parcels.length) resolve();
      this.#woken = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }
}

type Write = AuditSink["write"];

function carrying(
  write: Write,
  {
    count = 10,
    bytes = 100,
    limits = {},
    chance = () => 0.5,
    isRequired = false,
  }: {
    count?: number;
    bytes?: number;
    limits?: AuditSink["limits"] & object;
    chance?: () => number;
    isRequired?: boolean;
  } = {},
) {
  const clock = new ManualClock({ chance, files: false });
  const shelf = new Shelf(clock, count, bytes);
  const letters: DeadLetter[] = [];
  const problems: AuditProblem[] = [];
  const recoveries: string[] = [];
  const events = new AuditEvents((problem) => problems.push(problem));
  events.on("recovered", ({ name }) => recoveries.push(name));
  const carrier = new Carrier({
    sink: { name: "place", limits, write },
    isRequired,
    recordTimeoutMs: 10_000,
    source: shelf,
    setAside: async (more) => void letters.push(...more),
    events,
    clock,
  });
  started.push(carrier);
  carrier.start();
  return { clock, shelf, letters, problems, recoveries, carrier };
}

const started: { stop(): Promise<void> }[] = [];
afterEach(() => {
  for (const carrier of started.splice(0)) void carrier.stop();
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const idsOf = (batch: readonly AuditEntry[]) => batch.map(({ id }) => id);

test("entries come in order, in batches within the limits, one write after the other", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 0, max: 60 }),
        bytes: fc.integer({ min: 1, max: 50 }),
        entries: fc.integer({ min: 1, max: 20 }),
        most: fc.integer({ min: 60, max: 300 }),
        overheadBytes: fc.integer({ min: 0, max: 10 }),
      }),
      async ({ count, bytes, entries, most, overheadBytes }) => {
        const seen: string[] = [];
        let running = 0;
        const { carrier, clock, shelf } = carrying(
          async (batch) => {
            expect(running).toBe(0);
            running += 1;
            await turn();
            running -= 1;
            expect(batch.length).toBeLessThanOrEqual(entries);
            expect(batch.length * (bytes + overheadBytes)).toBeLessThanOrEqual(most);
            seen.push(...idsOf(batch));
          },
          { count, bytes, limits: { entries, bytes: most, overheadBytes } },
        );
        await clock.until(() => carrier.status.delivered === count, 1);
        expect(seen).toEqual(ids(count));
        expect(shelf.passedIds).toEqual(ids(count));
        await carrier.stop();
      },
    ),
    { numRuns: 50 },
  );
});

test("a sink that is down is tried again, less and less often up to once a minute, and gets everything", async () => {
  const tries: number[] = [];
  let down = true;
  const world = carrying(
    async () => {
      tries.push(world.clock.now());
      if (down) throw new Error("connection refused");
    },
    { chance: () => 0.999 },
  );
  await world.clock.pass(3_600_000);
  const pauses = tries.slice(1).map((at, index) => at - tries[index]!);
  expect(pauses.slice(0, 4).map(Math.round)).toEqual([250, 500, 999, 1998]);
  expect(Math.max(...pauses)).toBeGreaterThan(59_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(120_000);
  expect(world.letters).toEqual([]);
  expect(world.problems.map(({ code }) => code)).toEqual(["SINK_FAILING"]);
  expect(world.carrier.status).toMatchObject({ state: "retrying", lastError: "connection refused" });
  down = false;
  await world.clock.until(() => world.carrier.status.delivered === 10);
  expect(world.shelf.passedIds).toEqual(ids(10));
  expect(world.recoveries).toEqual(["place"]);
  expect(world.carrier.status).toMatchObject({ state: "idle", failures: 0, lastError: null, rejected: 0 });
});

test("entries that the sink rejects by name are set aside with its reason, and all others are kept", async () => {
  const { clock, carrier, letters, problems } = carrying(async (batch) => {
    const rejected = batch
      .filter(({ id }) => Number(id) % 3 === 0)
      .map(({ id }) => ({ id, reason: "too odd" }));
    if (rejected.length > 0) throw new EntriesRejected(rejected);
  });
  await clock.until(() => carrier.status.delivered === 6, 1);
  expect(letters.map(({ parcel, reason }) => [parcel.id, reason])).toEqual(
    ["0", "3", "6", "9"].map((id) => [id, "too odd"]),
  );
  expect(problems.map(({ code }) => code)).toEqual(["ENTRY_REJECTED"]);
});

test("an entry larger than the sink takes is set aside without asking it", async () => {
  const seen: string[] = [];
  const world = carrying(async (batch) => void seen.push(...idsOf(batch)), {
    count: 0,
    limits: { bytes: 1000, entryBytes: 500 },
  });
  world.shelf.add(2);
  world.shelf.add(1, 501);
  world.shelf.add(2);
  await world.clock.until(() => world.carrier.status.delivered === 4, 1);
  expect(seen).toEqual(["0", "1", "3", "4"]);
  expect(world.letters.map(({ reason }) => reason)).toEqual([
    "it has 501 bytes, and this sink takes entries of at most 500",
  ]);
});

test("whichever entries are poison, exactly they are set aside, though the sink names none", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 40 }).chain((count) =>
        fc.record({
          count: fc.constant(count),
          // The last cannot be told from an outage before something follows it.
          poison: fc.uniqueArray(fc.integer({ min: 0, max: count - 2 }), {
            maxLength: Math.min(5, count - 1),
          }),
          entries: fc.integer({ min: 1, max: 50 }),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
      ),
      async ({ count, poison, entries, seed }) => {
        const bad = new Set(poison.map(String));
        const kept = new Set<string>();
        let chance = seed;
        const { clock, carrier, letters } = carrying(
          async (batch) => {
            if (batch.some(({ id }) => bad.has(id))) throw new Error("value out of range");
            for (const { id } of batch) kept.add(id);
          },
          {
            count,
            limits: { entries },
            chance: () => {
              chance = (chance * 16_807) % 2_147_483_647;
              return chance / 2_147_483_647;
            },
          },
        );
        await clock.until(() => carrier.status.delivered + carrier.status.rejected === count, 10_000);
        expect(new Set(letters.map(({ parcel }) => parcel.id))).toEqual(bad);
        expect(kept.size).toBe(count - bad.size);
        await carrier.stop();
      },
    ),
    { numRuns: 40 },
  );
});

test("nothing overtakes another in an outage, however many tries it lasts", async () => {
  for (let failing = 0; failing < 60; failing += 1) {
    let tries = 0;
    const seen: string[] = [];
    const { clock, carrier, letters } = carrying(
      async (batch) => {
        tries += 1;
        // After the first batch, down for so many tries.
        if (tries > 1 && tries <= failing + 1) throw new Error("down");
        seen.push(...idsOf(batch));
      },
      { count: 12, limits: { entries: 5 } },
    );
    await clock.until(() => carrier.status.delivered === 12);
    expect([...new Set(seen)]).toEqual(ids(12));
    expect(letters).toEqual([]);
    await carrier.stop();
  }
});

test("where nothing was taken before, one may arrive early in an outage of many tries, and comes again in its place", async () => {
  let overtaken = 0;
  for (let failing = 0; failing < 60; failing += 1) {
    let tries = 0;
    const seen: string[] = [];
    const { clock, carrier, letters } = carrying(
      async (batch) => {
        tries += 1;
        if (tries <= failing) throw new Error("down");
        seen.push(...idsOf(batch));
      },
      { count: 12, limits: { entries: 5 } },
    );
    await clock.until(() => carrier.status.delivered === 12);
    const inPlace = [...new Set(seen.toReversed())].reverse();
    expect(inPlace).toEqual(ids(12));
    expect(seen.length).toBeLessThanOrEqual(13);
    if (seen.length > 12) overtaken += 1;
    expect(letters).toEqual([]);
    await carrier.stop();
  }
  // Those where the sink comes back between the try of the suspect and that of the other.
  expect(overtaken).toBeGreaterThan(0);
});

test("a sink that fails nine times of ten for an hour is late, and loses nothing", async () => {
  let chance = 7;
  const random = () => {
    chance = (chance * 16_807) % 2_147_483_647;
    return chance / 2_147_483_647;
  };
  const kept = new Set<string>();
  const { clock, carrier, letters, shelf } = carrying(
    async (batch) => {
      if (random() < 0.9) throw new Error("too many requests");
      for (const { id } of batch) kept.add(id);
    },
    { count: 500, limits: { entries: 100 }, chance: random },
  );
  await clock.until(() => carrier.status.delivered === 500, 10_000);
  expect(letters).toEqual([]);
  expect(kept.size).toBe(500);
  expect(shelf.passedIds).toEqual(ids(500));
});

test("a write that does not end is asked to stop, is hanging, and no other begins before it has ended", async () => {
  const signals: AbortSignal[] = [];
  let end: () => void = () => {};
  const { clock, carrier, problems, recoveries } = carrying((_batch, { signal }) => {
    signals.push(signal);
    return new Promise((resolve) => {
      end = resolve;
    });
  });
  await clock.pass(29_000);
  expect(carrier.status.state).toBe("delivering");
  expect(signals[0]!.aborted).toBe(false);
  await clock.pass(2_000);
  expect(signals[0]!.aborted).toBe(true);
  expect(carrier.status).toMatchObject({ state: "hanging", failures: 1 });
  await clock.pass(3_600_000);
  expect(signals).toHaveLength(1);
  expect(problems.map(({ code }) => code)).toEqual(["SINK_FAILING"]);
  expect(problems[0]!.message).toMatch(
    /asked to stop 30 s after it began: see whether .* restart this process/,
  );
  end();
  await clock.until(() => carrier.status.delivered === 10, 1);
  // It said at last that it keeps them.
  expect(signals).toHaveLength(1);
  expect(recoveries).toEqual(["place"]);
});

describe("whatever a sink does, it is a failure like any other:", () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("not even that");
      },
    },
  );
  const cases: [string, Write][] = [
    [
      "throwing at once",
      () => {
        throw new Error("now");
      },
    ],
    ["returning no promise", (() => undefined) as unknown as Write],
    ["rejecting with nothing", () => Promise.reject()],
    ["rejecting with a symbol", () => Promise.reject(Symbol("x"))],
    ["rejecting with an object that cannot be looked at", () => Promise.reject(hostile)],
    [
      "rejecting entries that were not in the batch",
      () => Promise.reject(new EntriesRejected([{ id: "?", reason: "" }])),
    ],
    [
      "rejecting with an EntriesRejected of anything",
      () => Promise.reject({ name: "EntriesRejected", rejected: [null] }),
    ],
  ];
  test.each(cases)("%s", async (_what, write) => {
    let isWell = false;
    const { clock, carrier, letters } = carrying((...given) =>
      isWell ? Promise.resolve() : write(...given),
    );
    await clock.pass(600_000);
    expect(carrier.status).toMatchObject({ state: "retrying", delivered: 0, rejected: 0 });
    expect(typeof carrier.status.lastError).toBe("string");
    isWell = true;
    await clock.until(() => carrier.status.delivered === 10);
    expect(letters).toEqual([]);
  });
});

test("what a sink does to entries and to the batch, the next try does not see", async () => {
  const seen: string[] = [];
  let tries = 0;
  const { clock, carrier } = carrying(async (batch) => {
    seen.push(`${batch.length} ${batch[0]!.metadata.text}`);
    Object.assign(batch[0]!.metadata, { text: "changed" });
    (batch as AuditEntry[]).splice(0);
    tries += 1;
    if (tries < 3) throw new Error("again");
  });
  await clock.until(() => carrier.status.delivered === 10);
  expect(new Set(seen)).toEqual(new Set(["10 as it was"]));
});

test("stopping aborts the write that is under way, and begins no other", async () => {
  let tries = 0;
  const { clock, carrier, shelf, problems } = carrying((_batch, { signal }) => {
    tries += 1;
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  await clock.pass(100);
  await carrier.stop();
  expect([tries, shelf.passedIds.length, problems.length, clock.pending]).toEqual([1, 0, 0, 0]);
});

test("another reason of the same outage is said too, each once, and not at once", async () => {
  const said: string[] = [];
  let why = () => "403 denied (request 1c8f07)";
  const { clock, problems, recoveries, carrier } = carrying(async () => {
    said.push(why());
    if (why() !== "") throw new Error(why());
  });
  const reasons = () => problems.map(({ message }) => /place: (.*)\. Entries wait/.exec(message)?.[1]);
  await clock.pass(1_000);
  let request = 4711;
  why = () => `403 denied (request ${request++})`;
  await clock.pass(120_000);
  expect(reasons()).toEqual(["403 denied (request 1c8f07)"]);
  why = () => "401 bad token";
  await clock.until(() => carrier.status.lastError === "401 bad token");
  expect(reasons().slice(1)).toEqual(["401 bad token"]);
  why = () => (said.length % 2 === 0 ? "401 bad token" : "500 server");
  await clock.pass(3_600_000);
  expect(reasons().slice(2)).toEqual(["500 server"]);
  why = () => "";
  await clock.until(() => recoveries.length === 1);
  expect(problems.at(-1)).toEqual({
    code: "SINK_RECOVERED",
    message: "The sink place takes entries again. What waited is delivered now.",
  });
});

test("reasons without end are said ten times at most in one outage, and not within ten seconds of each other", async () => {
  const words = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
  let at = 0;
  const { clock, problems } = carrying(
    async () => {
      throw new Error(`reason ${words[at++ % words.length]}`);
    },
    { isRequired: true },
  );
  await clock.pass(9_000);
  // The first, and that calls are refused.
  expect(problems.map(({ code }) => code)).toEqual(["SINK_FAILING", "SINK_UNAVAILABLE"]);
  await clock.pass(3_600_000);
  expect(problems).toHaveLength(10);
});

test("a write that ends when it is asked to is not said to hang, and what is said tells what to look at", async () => {
  const { clock, carrier, problems } = carrying(
    (_batch, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  await clock.pass(31_000);
  expect(carrier.status.lastError).toBe(
    "a write took longer than 30 s: see whether the place can be reached, and answers (its host, a firewall between, its load)",
  );
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining(carrier.status.lastError!),
  ]);
  await clock.pass(600_000);
  expect(problems).toHaveLength(1);
});

test("what cannot be set aside is not passed: it is said, and tried again", async () => {
  const clock = new ManualClock({ files: false });
  const shelf = new Shelf(clock, 3);
  const problems: AuditProblem[] = [];
  let full = true;
  const kept: string[] = [];
  const carrier = new Carrier({
    sink: {
      name: "place",
      write: async (batch) => {
        throw new EntriesRejected([{ id: batch[0]!.id, reason: "no" }]);
      },
    },
    isRequired: false,
    recordTimeoutMs: 10_000,
    source: shelf,
    setAside: async (letters) => {
      if (full) throw new Error("no space left on device");
      kept.push(...letters.map(({ parcel }) => parcel.id));
    },
    events: new AuditEvents((problem) => problems.push(problem)),
    clock,
  });
  carrier.start();
  await clock.pass(60_000);
  expect(shelf.passedIds).toEqual([]);
  expect(problems.map(({ code, message }) => `${code} ${message.includes("no space left")}`)).toEqual([
    "SINK_FAILING true",
  ]);
  full = false;
  await clock.until(() => shelf.passedIds.length === 3);
  expect(kept).toEqual(["0"]);
  await carrier.stop();
});
