import fc from "fast-check";
import { draftEntry } from "../src/entry/draft-entry.ts";
import type { EntryDraft } from "../src/entry/entry.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { LeafWriter, leafOf, type Place } from "../src/seal/leaf.ts";
import { plainJson } from "../src/seal/plain-json.ts";

// One pass over the known members or not: the bytes are those of the one definition, and so are the errors.
const draft = draftEntry({
  event_type: "test.event",
  timestamp: "2026-11-24T09:30:00.123Z",
  service: { instance: "host/1", name: "test", version: null },
  status: "success",
  attribution: { how: "anonymous", source: null },
});
const names = Object.keys(draft);

const place: fc.Arbitrary<Place> = fc.record({
  log: fc.string({ unit: "grapheme" }),
  seq: fc.nat(Number.MAX_SAFE_INTEGER),
  recorded_at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
});
const oddText = fc.string({
  unit: fc.constantFrom("a", '"', "\\", "\n", "\u007f", "é", "€", "😀", "\ud83d", "\ude00"),
});
const odd = fc.constantFrom<unknown>(
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  5e-324,
  1e21,
  1n,
  () => 1,
  Symbol("s"),
  new Date(0),
  new Date(Number.NaN),
  { toJSON: () => "said" },
  { toJSON: () => undefined },
  { toJSON: "a member" },
  { b: 1, a: { d: Number.NaN, c: () => 1 } },
  Object.assign(["item"], { toJSON: () => "said" }),
  // biome-ignore lint/suspicious/noSparseArray: what JSON makes of a hole is asked here
  [1, , 2],
  new Map([["a", 1]]),
  new Error("x"),
  Object(1n),
);
const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.anything({ withBoxedValues: true, withNullPrototype: true, withSparseArray: true, withDate: true }),
  oddText,
  odd,
  fc.array(odd),
  fc.dictionary(fc.oneof(oddText, fc.constant("__proto__")), fc.oneof(oddText, odd, fc.integer())),
);
const anyMembers = fc.array(fc.tuple(fc.constantFrom(...names), anyValue), { maxLength: 4 });

function outcome(of: () => unknown): unknown {
  try {
    return of();
  } catch (error) {
    return String(error);
  }
}

function expectSame(changed: object, at: Place): void {
  const whole = outcome(() => canonicalJson({ ...changed, ...at }));
  expect(outcome(() => leafOf(changed as EntryDraft, at))).toEqual(whole);
}

test("a draft with any values in its members has the leaf of the definition", () => {
  fc.assert(
    fc.property(anyMembers, place, (members, at) => {
      expectSame({ ...draft, ...Object.fromEntries(members) }, at);
    }),
    { numRuns: 3000 },
  );
});

test("so has each of many in a row, whatever stays as it was and whatever changes", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyMembers, place), { minLength: 2, maxLength: 12 }), (entries) => {
      const leaves = new LeafWriter();
      let changing: object = draft;
      for (const [members, at] of entries) {
        changing = { ...changing, ...Object.fromEntries(members) };
        const whole = outcome(() => canonicalJson({ ...changing, ...at }));
        expect(outcome(() => leaves.leafOf(changing as EntryDraft, at))).toEqual(whole);
        // What has no leaf must not spoil that of the next.
        if (!String(whole).startsWith("{")) changing = draft;
      }
    }),
    { numRuns: 1000 },
  );
});

test("an object that was changed in place has the leaf of what it has now", () => {
  const leaves = new LeafWriter();
  const at = { log: "l", seq: 1, recorded_at: "r" };
  const metadata = { tenant: "a" };
  leaves.leafOf({ ...draft, metadata }, at);
  metadata.tenant = "a tenant with a longer name";
  const changed = { ...draft, metadata };
  expect(leaves.leafOf(changed, at)).toBe(canonicalJson({ ...changed, ...at }));
});

test("so has one with members unexpected, missing, inherited or in another order", () => {
  const change = fc.record({
    kept: fc.shuffledSubarray(names, { minLength: names.length - 3 }),
    sorted: fc.boolean(),
    more: fc.dictionary(fc.oneof(oddText, fc.constantFrom("zzz", "toJSON", "chain_hash")), anyValue, {
      maxKeys: 3,
    }),
    inherited: fc.constantFrom(Object.prototype, { user_id: "inherited" }, { zzz: 1 }, null),
  });
  fc.assert(
    fc.property(change, anyMembers, place, ({ kept, sorted, more, inherited }, members, at) => {
      const all: Record<string, unknown> = { ...draft, ...Object.fromEntries(members) };
      const order = sorted ? [...kept].sort() : kept;
      const own = { ...Object.fromEntries(order.map((name) => [name, all[name]])), ...more };
      expectSame(Object.assign(Object.create(inherited), own), at);
    }),
    { numRuns: 3000 },
  );
});

test("a draft whose own members are fewer by those it inherits has only its own", () => {
  const { user_id: _, ...own } = draft;
  const at = { log: "l", seq: 1, recorded_at: "r" };
  const inheriting = Object.assign(Object.create({ user_id: "inherited" }), own);
  expectSame(inheriting, at);
  expectSame(Object.assign(inheriting, { zzz: 1 }), at);
});

test("what has a plain form has the one of the definition", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const plain = plainJson(value);
      if (plain !== null) expect(plain).toBe(canonicalJson(value));
    }),
    { numRuns: 3000 },
  );
});

test("all JSON data but lone surrogates has a plain form", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
      expect(plainJson(value)).toBe(canonicalJson(value));
    }),
  );
});
