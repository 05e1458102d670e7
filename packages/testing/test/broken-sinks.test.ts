import { execFile } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type AuditEntry, type AuditSink, EntriesRejected, type JsonObject } from "@openrouter-audit/core";
import { describeSink, type SinkUnderTest, type Wire } from "@openrouter-audit/testing/sink";
import { Place, placeSink } from "./support/place.ts";

/** The sentences of the promises that a sink breaks, of those asked for. */
async function triedWith(sink: Pick<SinkUnderTest, "open" | "readBack">, promise = /./) {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  describeSink("of the table", {
    ...sink,
    faults: true,
    reject: { forbidden: true },
    describe: (_name, body) => body(),
    test: (name, body) => tests.push({ name, body }),
  });
  const broken: string[] = [];
  const tried = tests.filter(({ name }) => promise.test(name));
  expect(tried).not.toEqual([]);
  for (const { name, body } of tried) await body().catch(() => broken.push(name));
  return broken;
}

test("a right sink breaks no promise", async () => {
  const place = new Place();
  const broken = await triedWith({
    open: (wire) => placeSink(place, wire),
    readBack: () => place.lines.map(({ line }) => line),
  });
  expect(broken).toEqual([]);
});

interface World {
  readonly right: AuditSink;
  readonly place: Place;
  readonly wire: Wire;
}

type Write = AuditSink["write"];

/** A sink that changes what it is given before it keeps it. */
const keeps =
  (change: (batch: readonly AuditEntry[]) => readonly AuditEntry[]) =>
  ({ right }: World) => ({ write: ((batch, options) => right.write(change(batch), options)) as Write });

const keepsEach = (change: (entry: AuditEntry) => object) =>
  keeps((batch) => batch.map(change) as AuditEntry[]);

/** A sink that refuses some batches with an error that says nothing. */
const refuses =
  (when: (batch: readonly AuditEntry[]) => boolean) =>
  ({ right }: World) => ({
    write: (async (batch, options) => {
      if (when(batch)) throw new Error("no");
      await right.write(batch, options);
    }) as Write,
  });

const mapped = (value: unknown, change: (value: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== "object" || value === null) return change(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapped(member, change)]));
};
const withTexts = (change: (text: string) => string) =>
  keepsEach(
    (entry) => mapped(entry, (value) => (typeof value === "string" ? change(value) : value)) as object,
  );
const bytesOf = (batch: readonly AuditEntry[]) =>
  batch.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)) + 7, 0);
const isForbidden = ({ metadata }: AuditEntry) => metadata && "forbidden" in (metadata as JsonObject);

test.each<[flaw: string, promise: RegExp, sink: (world: World) => object]>([
  ["has a name that no file can have", /name of a sink/, () => ({ name: "My Sink" })],
  ["takes no entry at all by its limits", /limits that leave room/, () => ({ limits: { entries: 0 } })],
  ["loses the last of a batch", /all entries of a batch/, keeps((batch) => batch.slice(0, 20).slice(0, -1))],
  ["turns a batch round", /in order/, keeps((batch) => batch.toReversed())],
  [
    "puts the newest first",
    /in order/,
    ({ right, place }) => ({
      async write(...given: Parameters<Write>) {
        const older = place.lines;
        place.lines = [];
        await right.write(...given);
        place.lines.push(...older);
      },
    }),
  ],
  [
    "answers with something",
    /all entries of a batch/,
    ({ right }) => ({
      write: (...given: Parameters<Write>) => right.write(...given).then(() => 3),
    }),
  ],
  ["takes one entry fewer than it says", /as many entries as/, refuses(({ length }) => length >= 20)],
  ["takes one byte less than it says", /as many bytes as/, refuses((batch) => bytesOf(batch) >= 32_768)],
  [
    "takes one byte less of an entry than it says",
    /largest entry/,
    refuses((batch) => batch.some((entry) => bytesOf([entry]) - 7 >= 16_384)),
  ],
  [
    "does not count what it says each entry costs",
    /as many bytes as|largest entry/,
    ({ right }) => ({
      limits: { ...right.limits, overheadBytes: 0 },
      write: refuses((b) => bytesOf(b) > 32_768)({ right } as World).write,
    }),
  ],
  [
    "rounds numbers",
    /every number exactly/,
    keepsEach(
      (entry) =>
        mapped(entry, (value) => (typeof value === "number" ? Number(value.toFixed(10)) : value)) as object,
    ),
  ],
  [
    "leaves out what is null",
    /those that are null/,
    keepsEach((entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null))),
  ],
  ["normalises texts", /every text/, withTexts((text) => text.normalize("NFKC"))],
  ["cuts spaces off", /every text/, withTexts((text) => text.trim())],
  ["leaves out control characters", /every text/, withTexts((text) => text.replace(/[\u0001-\u001f]/g, ""))],
  [
    "takes astral characters apart",
    /every text/,
    withTexts((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, "??")),
  ],
  [
    "gives old entries the members they lack",
    /earlier and later/,
    keepsEach((entry) => ({ provider: null, ...(entry as object) })),
  ],
  [
    "leaves out what it does not know",
    /earlier and later/,
    keepsEach((entry) => {
      const { a_later_member: _unknown, ...known } = entry as AuditEntry & { a_later_member?: unknown };
      return known;
    }),
  ],
  ["leaves out NULs", /NUL/, withTexts((text) => text.replaceAll("\0", ""))],
  [
    "fails of a NUL without saying of which entry",
    /NUL/,
    refuses((batch) => JSON.stringify(batch).includes("\\u0000")),
  ],
  [
    "refuses large entries that its limits allow",
    /mebibyte/,
    refuses((batch) => batch.some((entry) => bytesOf([entry]) > 12_000)),
  ],
  [
    "writes into the entries",
    /changes nothing/,
    ({ right }) => ({
      write(batch: AuditEntry[], options: { signal: AbortSignal }) {
        const texts = batch.map((entry) => JSON.parse(JSON.stringify(entry)));
        for (const entry of batch) Object.assign(entry, { stored: true });
        return right.write(texts, options);
      },
    }),
  ],
  [
    "empties the batch",
    /changes nothing/,
    ({ right }) => ({
      write: (batch: AuditEntry[], options: { signal: AbortSignal }) => right.write(batch.splice(0), options),
    }),
  ],
  [
    "keeps twice what comes twice",
    /one copy of what comes twice/,
    ({ place, wire }) => ({
      async write(batch: AuditEntry[], { signal }: { signal: AbortSignal }) {
        signal.throwIfAborted();
        await wire(async () => batch.forEach((entry) => void place.keep(entry)), { signal });
      },
    }),
  ],
  [
    "takes a batch for known when its first entry is",
    /of which it has a part/,
    ({ right, place }) => ({
      write: async (...[batch, options]: Parameters<Write>) => {
        if (!place.has(batch[0]!.id)) await right.write(batch, options);
      },
    }),
  ],
  [
    "forgets what it has when it is opened again",
    /opened again/,
    ({ place, wire }) => {
      const known = new Set<string>();
      return {
        async write(batch: AuditEntry[], { signal }: { signal: AbortSignal }) {
          signal.throwIfAborted();
          const fresh = batch.filter(({ id }) => !known.has(id));
          await wire(async () => fresh.forEach((entry) => void place.keep(entry)), { signal });
          for (const { id } of fresh) known.add(id);
        },
      };
    },
  ],
  [
    "acknowledges what it has only in memory",
    /has what it acknowledged/,
    ({ right }) => {
      let buffer: AuditEntry[] = [];
      return {
        async write(batch: AuditEntry[], options: { signal: AbortSignal }) {
          buffer.push(...batch);
          if (buffer.length < 4) return;
          await right.write(buffer, options);
          buffer = [];
        },
      };
    },
  ],
  [
    "begins though it is to stop",
    /before it begins/,
    ({ right }) => ({
      write: (batch: AuditEntry[]) => right.write(batch, { signal: new AbortController().signal }),
    }),
  ],
  [
    "never ends when it is stopped on the way",
    /at whatever moment/,
    ({ right }) => ({
      async write(batch: AuditEntry[], { signal }: { signal: AbortSignal }) {
        signal.throwIfAborted();
        await new Promise(setImmediate);
        if (signal.aborted) await new Promise(() => undefined);
        await right.write(batch, { signal });
      },
    }),
  ],
  [
    "is of no use after it was stopped",
    /before it begins/,
    ({ right }) => {
      let dead = false;
      return {
        write(batch: AuditEntry[], { signal }: { signal: AbortSignal }) {
          dead ||= signal.aborted;
          return dead ? Promise.reject(new Error("dead")) : right.write(batch, { signal });
        },
      };
    },
  ],
  [
    "swallows the errors of its place",
    /when the place refuses it/,
    ({ right }) => ({
      write: (...[batch, options]: Parameters<Write>) =>
        right.write(batch, options).catch((error) => {
          if (options.signal.aborted || error instanceof EntriesRejected) throw error;
        }),
    }),
  ],
  [
    "gives up for ever when its place failed once",
    /when the place refuses it/,
    ({ right }) => {
      let dead: Error | undefined;
      return {
        async write(...[batch, options]: Parameters<Write>) {
          if (dead) throw dead;
          await right.write(batch, options).catch((error) => {
            if (!options.signal.aborted && !(error instanceof EntriesRejected)) dead = error;
            throw error;
          });
        },
      };
    },
  ],
  [
    "keeps anew what it was not told the place has",
    /the acknowledgement is lost/,
    ({ place, wire }) => {
      const known = new Set(place.lines.map(({ id }) => id));
      return {
        async write(batch: AuditEntry[], { signal }: { signal: AbortSignal }) {
          signal.throwIfAborted();
          const fresh = batch.filter(({ id }) => !known.has(id));
          await wire(async () => fresh.forEach((entry) => void place.keep(entry)), { signal });
          for (const { id } of fresh) known.add(id);
        },
      };
    },
  ],
  [
    "waits for its place though it is to stop",
    /while the place does not answer/,
    ({ place, wire }) => ({
      async write(...[batch, { signal }]: Parameters<Write>) {
        signal.throwIfAborted();
        await placeSink(place, (send) => wire(send)).write(batch, { signal });
      },
    }),
  ],
  ["sends nothing through the wire", /refuses it/, ({ place }) => placeSink(place, (send) => send())],
  [
    "does not close while its place is away",
    /closes while the place is away/,
    ({ wire }) => ({ close: () => wire(async () => undefined) }),
  ],
  ["names no entry that its place never takes", /never take/, refuses((batch) => batch.some(isForbidden))],
  [
    "sets aside the whole batch for one entry",
    /never take/,
    ({ right }) => ({
      async write(...[batch, options]: Parameters<Write>) {
        const bad = batch.filter(isForbidden);
        if (bad.length === 0) return right.write(batch, options);
        throw new EntriesRejected(bad.map(({ id }) => ({ id, reason: "forbidden" })));
      },
    }),
  ],
  [
    "names entries that it has kept",
    /never take/,
    ({ right }) => ({
      write: (...[batch, options]: Parameters<Write>) =>
        right.write(batch, options).catch((error) => {
          if (!(error instanceof EntriesRejected)) throw error;
          throw new EntriesRejected(batch.map(({ id }) => ({ id, reason: "forbidden" })));
        }),
    }),
  ],
  [
    "gives no reason",
    /never take/,
    ({ right }) => ({
      write: (...given: Parameters<Write>) =>
        right.write(...given).catch((error) => {
          if (!(error instanceof EntriesRejected)) throw error;
          throw new EntriesRejected(error.rejected.map(({ id }) => ({ id, reason: "" })));
        }),
    }),
  ],
  [
    "keeps what it says that it never takes",
    /never take/,
    ({ right, place }) => ({
      write: (...[batch, options]: Parameters<Write>) =>
        right.write(batch, options).catch((error) => {
          if (error instanceof EntriesRejected)
            for (const entry of batch.filter(isForbidden)) place.keep(entry);
          throw error;
        }),
    }),
  ],
  [
    "closes once only",
    /closes twice/,
    () => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new Error("closed already");
          closed = true;
        },
      };
    },
  ],
  [
    "leaves a file open",
    /leaves nothing open/,
    () => ({ close: async () => void openSync("/dev/null", "r") }),
  ],
  [
    "leaves a timer running",
    /leaves nothing open/,
    () => {
      const timer = setInterval(() => undefined, 1000);
      timers.push(timer);
      return {};
    },
  ],
])("a sink that %s breaks that promise", async (_flaw, promise, flawed) => {
  const place = new Place();
  const open = (wire: Wire) => {
    const right = placeSink(place, wire);
    return { ...right, ...flawed({ right, place, wire }) };
  };
  const broken = await triedWith({ open, readBack: () => place.lines.map(({ line }) => line) }, promise);
  expect(broken).not.toEqual([]);
});

const timers: NodeJS.Timeout[] = [];
afterAll(() => timers.forEach(clearInterval));

describe("without jest", () => {
  const open = () => placeSink(new Place(), (send) => send());
  const sink = { open, readBack: () => [] };
  const globals = { describe: globalThis.describe, test: globalThis.test, it: globalThis.it };
  afterEach(() => void Object.assign(globalThis, globals));

  test("there is nothing to tell who has no describe and no test", () => {
    Object.assign(globalThis, { describe: undefined, test: undefined, it: undefined });
    expect(() => describeSink("lonely", sink)).toThrow(/Pass those of the framework/);
  });

  test("it will do, as in mocha", () => {
    const sentences: string[] = [];
    const it = (sentence: string) => sentences.push(sentence);
    Object.assign(globalThis, { describe: (_name: string, body: () => void) => body(), test: undefined, it });
    describeSink("of mocha", sink);
    expect(sentences.length).toBeGreaterThan(15);
  });

  test("node:test runs the suite", async () => {
    const script = fileURLToPath(new URL("support/node-test-sink.mjs", import.meta.url));
    // Inside jest, NODE_TEST_CONTEXT or flags of this process must not reach it.
    const env = { PATH: process.env.PATH };
    const { stdout } = await promisify(execFile)(process.execPath, ["--test", script], { env });
    expect(stdout).toMatch(/pass 18\n.*fail 0/s);
  });
});
