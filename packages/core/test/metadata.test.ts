import * as fc from "fast-check";
import { joinedLayers, metadataLayer, metadataOf } from "../src/entry/bounded-metadata.ts";
import type { AuditEntry, JsonObject } from "../src/entry/entry.ts";
import type { AuditLog } from "../src/index.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { newDirectory, openLog } from "./support/journals.ts";

const boundedMetadata = (...said: unknown[]): JsonObject =>
  metadataOf(joinedLayers(...said.map(metadataLayer)));
const cut = "\u2026[truncated]";

/** Everything the page promises of any metadata, and nothing of what it was made from. */
function expectBounded(metadata: unknown): void {
  expect(Buffer.byteLength(JSON.stringify(metadata))).toBeLessThanOrEqual(16_384);
  expect(() => canonicalJson(metadata)).not.toThrow();
  expect(JSON.parse(JSON.stringify(metadata))).toEqual(metadata);
  expect(metadata).not.toBeInstanceOf(Array);
  expectSmall(metadata, 0);
}

function expectSmall(value: unknown, depth: number): void {
  if (typeof value === "string") expect(value.length).toBeLessThanOrEqual(2048 + cut.length);
  if (value === null || typeof value !== "object") return;
  expect(depth).toBeLessThan(6);
  const members = Object.entries(value);
  expect(members.length).toBeLessThanOrEqual(65);
  expect(Object.getPrototypeOf(value)).toBe(Array.isArray(value) ? Array.prototype : Object.prototype);
  for (const [name, member] of members) {
    expect(name.length).toBeLessThanOrEqual(128 + cut.length);
    expect(["__proto__", "constructor", "prototype"]).not.toContain(name);
    expectSmall(member, depth + 1);
  }
}

const throwing = () => {
  throw new Error("no");
};
const hostile = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withTypedArray: true,
    withSparseArray: true,
    withUnicodeString: true,
    key: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "constructor", "toJSON", "then"),
    ),
  }),
  fc.string({ unit: "binary", maxLength: 5000, size: "max" }),
  fc.constantFrom<unknown>(
    Symbol("s"),
    throwing,
    Object.defineProperty({ fine: 1 }, "bad", { enumerable: true, get: throwing }),
    new Proxy({}, { ownKeys: throwing }),
    new Proxy({}, { get: throwing, getPrototypeOf: throwing }),
    new Proxy(new Date(), {}),
    new Proxy([], { get: throwing }),
    { toJSON: throwing },
    { toJSON: () => ({ toJSON: () => 1n }) },
    { toString: throwing },
    new Map<unknown, unknown>([[{ toString: throwing }, 1]]),
    new Map<unknown, unknown>([
      [Symbol("s"), 1],
      [Number.NaN, 2],
      ["__proto__", { polluted: true }],
    ]),
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    new Date(Number.NaN),
    new Error("\ud800"),
    Object.assign(new Error("x"), { name: { toString: throwing } }),
    new Array(1e6),
    new Uint8Array(1e6),
    Array.from({ length: 200 }, (_, index) => index),
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`name ${index}`, "x".repeat(300)])),
  ),
);
const nested = fc.letrec((tie) => ({
  value: fc.oneof(
    hostile,
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    fc.array(tie("value"), { maxLength: 4 }),
  ),
})).value;

test("any value at all becomes small, canonical JSON, and pollutes nothing", () => {
  fc.assert(
    fc.property(nested, (value) => {
      expectBounded(boundedMetadata(value));
      expectBounded(boundedMetadata({ value }, { value, more: [value] }));
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("a cycle, whatever its length, ends in words", () => {
  const one: Record<string, unknown> = { name: "one" };
  const two = { name: "two", list: [one], map: new Map([["one", one]]), set: new Set([one]) };
  one.self = one;
  one.two = two;
  expect(boundedMetadata(one)).toEqual({
    name: "one",
    self: "[circular]",
    two: { name: "two", list: ["[circular]"], map: { one: "[circular]" }, set: ["[circular]"] },
  });
  const shared = { a: 1 };
  expect(boundedMetadata({ first: shared, second: shared })).toEqual({ first: { a: 1 }, second: { a: 1 } });
});

/** fast-check itself cannot carry one of these. */
function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.each<[string, unknown, unknown]>([
  ["a proxy that was revoked", { a: revokedProxy(), b: 1 }, { a: "[unreadable]", b: 1 }],
  ["plain values", { a: "x", b: 1.5, c: true, d: null, e: "" }, { a: "x", b: 1.5, c: true, d: null, e: "" }],
  [
    "what JSON has no word for",
    { a: undefined, b: () => 1, c: Symbol("x"), d: Number.NaN, e: 10n },
    { d: null, e: "10" },
  ],
  [
    "dates, maps and sets",
    {
      at: new Date(0),
      map: new Map<unknown, unknown>([
        ["a", 1],
        [2, "b"],
      ]),
      set: new Set([1, "x"]),
    },
    { at: "1970-01-01T00:00:00.000Z", map: { a: 1, 2: "b" }, set: [1, "x"] },
  ],
  ["items without a value", [undefined, () => 1], { value: [null, null] }],
  ["no object", "text", { value: "text" }],
  ["nothing", undefined, {}],
  [
    "getters and proxies that throw",
    {
      get bad() {
        return throwing();
      },
      proxy: new Proxy({}, { ownKeys: throwing }),
    },
    { bad: "[unreadable]", proxy: "[unreadable]" },
  ],
  [
    "values too deep",
    { a: { b: { c: { d: { e: { f: 1, g: {} } } } } } },
    { a: { b: { c: { d: { e: { f: 1, g: "[too deep]" } } } } } },
  ],
  [
    "names that speak of secrets",
    { password: "p", apiKey: 1, "X-Api-Key": {}, sessionToken: "s", max_tokens: 5 },
    {
      password: "[redacted]",
      apiKey: "[redacted]",
      "X-Api-Key": "[redacted]",
      sessionToken: "[redacted]",
      max_tokens: 5,
    },
  ],
  ["names that are secrets", { "sk-or-v1-0123456789abcdef": 1 }, { "[redacted]": 1 }],
  [
    "long strings and names",
    { a: "x".repeat(3000), ["n".repeat(200)]: 1 },
    { a: `${"x".repeat(2048)}${cut}`, [`${"n".repeat(128)}${cut}`]: 1 },
  ],
  [
    "a million strings",
    Array.from({ length: 70 }, () => "y"),
    { value: [...Array(64).fill("y"), "[6 more]"] },
  ],
  ["lone surrogates", { "a\ud800": "b\udc00" }, { "a\ufffd": "b\ufffd" }],
])("of %s, what the page says is kept", (_what, value, kept) => {
  expect(boundedMetadata(value)).toEqual(kept);
});

test("members beyond the sixty-fourth are counted", () => {
  const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`n${index}`, index]));
  const bounded = boundedMetadata(many);
  expect(Object.keys(bounded)).toHaveLength(65);
  expect(bounded["[dropped]"]).toBe(6);
});

test("what is too much altogether is replaced by its size", () => {
  const large = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, "x".repeat(2000)]));
  expect(boundedMetadata(large)).toEqual({ "[truncated]": JSON.stringify(large).length });
});

test("what is met on very many ways is looked at so often as it could be kept, and no more", () => {
  let looked = 0;
  const leaf = {
    get member() {
      looked += 1;
      return 1;
    },
  };
  const around = (value: unknown) => Array.from({ length: 64 }, () => value);
  expectBounded(boundedMetadata({ value: around(around(around(leaf))) }));
  expect(looked).toBeLessThanOrEqual(16_384);
});

describe("in an entry", () => {
  let log: AuditLog;
  beforeEach(() => {
    log = openLog(newDirectory()).log;
  });
  afterEach(() => log.close());
  const record = (metadata?: unknown) =>
    log.record({ event_type: "test.event", metadata: metadata as never });

  test("the event says the last word, then the tags, then the context, then the scope around it", async () => {
    const entry = await log.run({ metadata: { a: 1, b: 1, c: 1, d: 1 } }, () =>
      log.run({ metadata: { b: 2, c: 2, d: 2 } }, () => {
        log.scope!.tag({ c: 3, d: 3 });
        return record({ d: 4 });
      }),
    );
    expect(entry.metadata).toEqual({ a: 1, b: 2, c: 3, d: 4 });
  });

  test("all of them together keep within the bounds", async () => {
    const large = (name: string) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${name}${index}`, "x".repeat(200)]));
    const entry = await log.run({ metadata: large("a") }, () => record(large("b")));
    expectBounded(entry.metadata);
  });

  const numbers = (count: number, prefix = "n") =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, index]));

  test.each<[string, (metadata: Record<string, unknown>) => Promise<AuditEntry>]>([
    ["an event", (metadata) => record(metadata)],
    ["a context", (metadata) => log.run({ metadata }, () => record())],
    ["a context around another", (metadata) => log.run({ metadata }, () => log.run({}, () => record()))],
    [
      "a tag",
      (metadata) =>
        log.run({}, () => {
          log.scope!.tag(metadata);
          log.scope!.tag({});
          return record();
        }),
    ],
  ])("what is left out of %s is counted as what it was", async (_what, written) => {
    const { metadata } = await written(numbers(74));
    expect(Object.keys(metadata)).toHaveLength(65);
    expect(metadata["[dropped]"]).toBe(10);
    const list = Array.from({ length: 74 }, (_, index) => index);
    const { metadata: nested } = await written({ list, members: numbers(74) });
    expect((nested.list as unknown[]).at(-1)).toBe("[10 more]");
    expect(nested.members).toMatchObject({ "[dropped]": 10 });
  });

  test("what is left out of several layers is counted together", async () => {
    const { metadata } = await log.run({ metadata: numbers(74, "a") }, () => record(numbers(70, "b")));
    expect(Object.keys(metadata)).toHaveLength(65);
    expect(metadata["[dropped]"]).toBe(80);
  });

  test.each<[string, unknown]>([
    ["a getter that throws", Object.defineProperty({ ok: 1 }, "bad", { enumerable: true, get: throwing })],
    ["a proxy that throws", new Proxy({}, { ownKeys: throwing })],
    ["no object", "text"],
  ])("%s as metadata of an event, a context or a tag costs no entry", async (_what, metadata) => {
    const alone = boundedMetadata(metadata);
    expect((await record(metadata)).metadata).toEqual(alone);
    expect((await log.run({ metadata: metadata as never }, () => record())).metadata).toEqual(alone);
    const tagged = log.run({}, () => {
      log.scope!.tag(metadata as never);
      return record();
    });
    expect((await tagged).metadata).toEqual(alone);
  });
});
