import * as fc from "fast-check";
import {
  type OldHead,
  proveConsistency,
  proveEntry,
  publicKeyOf,
  verifyConsistencyProof,
  verifyEntryProof,
} from "../src/index.ts";
import { parseLine } from "../src/seal/line.ts";
import { committedLog, journalOf } from "./support/committed-log.ts";
import { secret } from "./support/journals.ts";

// What comes in proof files is somebody else's.

const key = publicKeyOf(secret);
const { lines, origin } = committedLog([["a", "b", "c"], ["d"], ["e", "f"], ["g"]]);
const entryProof = await proveEntry(journalOf(lines), { id: "b" }, { key });
const growthProof = await proveConsistency(
  journalOf(lines),
  { log: origin, oldSize: 4, newSize: 8 },
  { key },
);
if (!entryProof.proven || !growthProof.proven) throw new Error("no proofs");
const { files } = entryProof;
const growth = { ...growthProof.files, old: { checkpoint: growthProof.files.oldCheckpoint } };
const deep = Buffer.from(`{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
const nul = "\0".repeat(1000);
const zero = `${Buffer.alloc(32).toString("base64")}\n`;

test("what nobody touched is proven", () => {
  expect(verifyEntryProof(files, key).proven).toBe(true);
  expect(verifyConsistencyProof(growth, key).proven).toBe(true);
});

test.each<[string, Partial<typeof files>, string]>([
  ["deep JSON", { entry: deep }, "entry"],
  ["JSON that is no object", { entry: Buffer.from("[]") }, "entry"],
  ["an empty entry", { entry: Buffer.alloc(0) }, "entry"],
  ["bytes that are no text", { entry: Buffer.alloc(5000, 0xff) }, "entry"],
  ["NUL bytes for a proof", { proof: nul }, "format"],
  ["NUL bytes for a delegation", { delegation: nul }, "delegation"],
  ["an empty proof", { proof: "" }, "format"],
  ["a proof without a checkpoint", { proof: "c2sp.org/tlog-proof@v1\nindex 2\n\n" }, "checkpoint"],
  ["thousands of hashes", { proof: files.proof.replace("\n\n", `\n${zero.repeat(5000)}\n`) }, "format"],
  ["a hash of other form", { proof: files.proof.replace("=\n", "\n") }, "format"],
  [
    "a hash in base64 that is not canonical",
    { proof: files.proof.replace("index 2\n", `index 2\n${"A".repeat(42)}B=\n`) },
    "format",
  ],
  [
    "an index beyond all numbers",
    { proof: files.proof.replace("index 2", `index ${"9".repeat(300)}`) },
    "format",
  ],
  ["a negative index", { proof: files.proof.replace("index 2", "index -2") }, "format"],
  [
    "an index that no log has",
    { proof: files.proof.replace("index 2", "index 9007199254740991") },
    "position",
  ],
  ["lines that end in CR LF", { proof: files.proof.replaceAll("\n", "\r\n") }, "format"],
  [
    "a delegation of a key that is none",
    { delegation: files.delegation.replace(/\+[^+\n]*\n/, "+AAAA\n") },
    "delegation",
  ],
  [
    "a delegation for a checkpoint",
    { proof: files.proof.replace(/\n\n.*/s, `\n\n${files.delegation}`) },
    "checkpoint",
  ],
  ["a checkpoint for a delegation", { delegation: files.proof.replace(/^.*?\n\n/s, "") }, "delegation"],
])("%s is no proof, and the step is named", (_what, change, step) => {
  const found = verifyEntryProof({ ...files, ...change }, key);
  expect(found).toMatchObject({
    proven: false,
    step,
    expected: expect.any(String),
    found: expect.any(String),
  });
});

test.each<[string, Partial<Omit<typeof growth, "old">> & { old?: OldHead }, string]>([
  ["NUL bytes for a proof", { proof: nul }, "format"],
  ["an old size of nothing", { proof: growth.proof.replace("old 4", "old 0") }, "format"],
  [
    "extra data, which this format has none of",
    { proof: growth.proof.replace("\n", "\nextra AA==\n") },
    "format",
  ],
  ["thousands of hashes", { proof: growth.proof.replace("\n\n", `\n${zero.repeat(5000)}\n`) }, "format"],
  ["another root that was noted", { old: { root: zero.trim() } }, "consistency"],
  ["a root that is none", { old: { root: "root" } }, "old head"],
  ["a head of nothing", { old: { head: {} as never } }, "old head"],
  ["an empty checkpoint", { old: { checkpoint: "" } }, "old head"],
])("%s is no consistency proof, and the step is named", (_what, change, step) => {
  const found = verifyConsistencyProof({ ...growth, ...change }, key);
  expect(found).toMatchObject({ proven: false, step });
});

test("the old head may be a checkpoint, a head that proves itself, or a root that was noted", () => {
  const line = lines[3]!;
  const { chainHash: chain_hash, signature } = parseLine(Buffer.from(line))!;
  const { log_key, delegation } = JSON.parse(lines[0]!).detail;
  const head = { log: origin, size: 4, chain_hash, signature, log_key, delegation };
  const by = (old: OldHead) => verifyConsistencyProof({ ...growth, old }, key);
  expect(by({ head })).toMatchObject({ proven: true, oldSigned: true });
  expect(by({ root: chain_hash })).toMatchObject({ proven: true, oldSigned: false });
  expect(by({ head: { ...head, size: 5 } })).toMatchObject({ proven: false, step: "old head" });
});

test("no changed byte of any file leaves the proof of an entry whole", () => {
  const names = ["entry", "proof", "delegation"] as const;
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, xor) => {
      const changed = Buffer.from(files[name] as string);
      changed[at % changed.length]! ^= xor;
      const content = name === "entry" ? changed : changed.toString("latin1");
      const original = Buffer.from(files[name] as string).toString("latin1");
      fc.pre(name === "entry" || content !== original);
      expect(verifyEntryProof({ ...files, [name]: content }, key).proven).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("no changed byte of any file leaves the proof of growth whole", () => {
  const names = ["proof", "delegation", "old"] as const;
  const contents = { ...growth, old: growth.old.checkpoint };
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, xor) => {
      const changed = Buffer.from(contents[name]);
      changed[at % changed.length]! ^= xor;
      const text = changed.toString();
      const spoilt = { ...contents, [name]: text };
      const found = verifyConsistencyProof({ ...spoilt, old: { checkpoint: spoilt.old } }, key);
      expect(found.proven).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("whatever texts come as files, there is an answer", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(files.proof, files.delegation, growth.proof, growth.old.checkpoint, lines[0]!),
  );
  fc.assert(
    fc.property(text, text, text, (one, two, three) => {
      expect(verifyEntryProof({ entry: Buffer.from(one), proof: two, delegation: three }, key).proven).toBe(
        false,
      );
      const found = verifyConsistencyProof({ proof: one, delegation: two, old: { checkpoint: three } }, key);
      // Now and then they are those of the proof.
      const isProof = one === growth.proof && two === growth.delegation && three === growth.old.checkpoint;
      expect(found.proven).toBe(isProof);
    }),
  );
});

test("a key that is none is refused", () => {
  for (const none of ["", "key", `${key}x`])
    expect(() => verifyEntryProof(files, none)).toThrow(
      "is not a public key: one has the form name+id+base64",
    );
});

test("a line whose version can be made neither a number nor a text is not what was sealed", async () => {
  const [first, ...rest] = lines;
  const hostile = first!.replace('"seal":1', '"seal":{"toString":1,"valueOf":1}');
  expect(hostile).not.toBe(first);
  expect(await proveEntry(journalOf([hostile, ...rest]), { id: "b" }, { key })).toMatchObject({
    proven: false,
    reason: "TAMPERED",
  });
});
