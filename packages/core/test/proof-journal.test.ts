import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import {
  type ConsistencyProof,
  type EntryProof,
  type ProofProgress,
  proveConsistency,
  proveEntry,
  publicKeyOf,
  type Unprovable,
  verifyConsistencyProof,
  verifyEntryProof,
} from "../src/index.ts";
import { rehash } from "./support/attacks.ts";
import { type Commit, committedLog, journalOf, unsigned } from "./support/committed-log.ts";
import { entriesIn, newDirectory, openLog, otherSecret, secret } from "./support/journals.ts";
import { checkConsistencyProof, checkEntryProof } from "./support/second-proofs.ts";

const key = publicKeyOf(secret);

async function proofOf(journal: string | string[], id: string): Promise<EntryProof> {
  const proof = await proveEntry(journal, { id }, { key });
  if (!proof.proven) throw new Error(`${proof.reason}: ${proof.message}`);
  return proof;
}

async function growthOf(journal: string, log: string, oldSize: number, newSize: number) {
  const proof = await proveConsistency(journal, { log, oldSize, newSize }, { key });
  if (!proof.proven) throw new Error(`${proof.reason}: ${proof.message}`);
  return proof;
}

function whyNot(proof: EntryProof | ConsistencyProof | Unprovable) {
  return proof.proven ? "proven" : { reason: proof.reason, at: proof.at, message: proof.message };
}

describe("a journal that the library wrote", () => {
  test("has a proof for each of its entries, which a second implementation accepts too", async () => {
    const directory = newDirectory();
    const { log } = openLog(directory);
    // Those that arrive together are committed together.
    await Promise.all(Array.from({ length: 9 }, () => log.record({ event_type: "test.event" })));
    await log.record({ event_type: "test.event" });
    await log.close();
    const entries = entriesIn(directory);
    expect(entries).toHaveLength(12);
    for (const { id, seq, log: origin } of entries) {
      const { files, size } = await proofOf(directory, id);
      const covering = entries.find((each) => each.seq >= seq && each.signature !== "");
      expect(size).toBe(covering.seq + 1);
      const found = verifyEntryProof(files, key);
      expect(found).toMatchObject({ proven: true, log: origin, seq, size, entry: { id } });
      checkEntryProof(Buffer.from(files.entry).toString(), files.proof, files.delegation, key);
    }
  });

  test("says of an entry only what stands in its line", async () => {
    const { lines } = committedLog([["a", "b"], ["c"]]);
    const { files } = await proofOf(journalOf(lines), "b");
    const handedOver = `${files.proof}${files.delegation}${Buffer.from(files.entry).toString()}`;
    expect(handedOver).toContain("what b says");
    expect(handedOver).not.toContain("what a says");
    expect(handedOver).not.toContain("what c says");
    expect(files.entry).toEqual(
      Buffer.from(lines[2]!.replace(/,"chain_hash":"[^"]*","signature":"[^"]*"}$/, "}")),
    );
  });
});

/** Commits of up to four entries, some of which begin with a heartbeat. */
const commits = fc
  .array(fc.record({ entries: fc.integer({ min: 1, max: 4 }), heartbeat: fc.boolean() }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((shapes): Commit[] => {
    let next = 0;
    return shapes.map(({ entries, heartbeat }) => {
      const ids = Array.from({ length: entries }, () => `id-${next++}`);
      return heartbeat ? ["heartbeat", ...ids] : ids;
    });
  });

describe("whatever the commits of a log were", () => {
  test("each entry is proven, also from a heartbeat on when the lines before it are gone", async () => {
    await fc.assert(
      fc.asyncProperty(commits, fc.nat(), fc.nat(), async (shape, wanted, cut) => {
        const { lines } = committedLog(shape);
        const ids = shape.flat().filter((id) => id !== "heartbeat");
        const id = ids[wanted % ids.length]!;
        const whole = await proofOf(journalOf(lines), id);
        expect(verifyEntryProof(whole.files, key)).toMatchObject({ proven: true, seq: whole.seq });
        const starts = lines.flatMap((line, seq) =>
          line.includes("audit.heartbeat") && seq < whole.seq ? seq : [],
        );
        if (starts.length === 0) return;
        const rest = lines.slice(starts[cut % starts.length]!);
        expect((await proofOf(journalOf(rest), id)).files).toEqual(whole.files);
      }),
      { numRuns: 60 },
    );
  });

  test("its growth is proven between any two signed lines, also from a heartbeat on", async () => {
    await fc.assert(
      fc.asyncProperty(commits, fc.nat(), fc.nat(), async (shape, one, two) => {
        const { lines, origin } = committedLog(shape);
        const signed = lines.flatMap((line, seq) => (line.includes('"signature":""') ? [] : seq + 1));
        const [oldSize, newSize] = [signed[one % signed.length]!, signed[two % signed.length]!].sort(
          (a, b) => a - b,
        ) as [number, number];
        const { files } = await growthOf(journalOf(lines), origin, oldSize, newSize);
        const old = { checkpoint: files.oldCheckpoint };
        expect(verifyConsistencyProof({ ...files, old }, key)).toMatchObject({
          proven: true,
          oldSize,
          newSize,
        });
        checkConsistencyProof(files.proof, files.delegation, files.oldCheckpoint, key);
        const start = lines.findLastIndex((line, seq) => line.includes("audit.heartbeat") && seq < oldSize);
        if (start < 0) return;
        const rest = await growthOf(journalOf(lines.slice(start)), origin, oldSize, newSize);
        expect(rest.files).toEqual(files);
      }),
      { numRuns: 60 },
    );
  });

  test("a changed byte of a line that is needed gives no proof, but a reason and a place", async () => {
    await fc.assert(
      fc.asyncProperty(
        commits,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (shape, at, byte, xor) => {
          const { lines } = committedLog(shape);
          const id = shape.flat().findLast((each) => each !== "heartbeat")!;
          const line = at % lines.length;
          // Without its first line a log is one that begins with a heartbeat.
          fc.pre(line > 0 || !lines[1]!.includes("audit.heartbeat"));
          const changed = Buffer.from(lines[line]!);
          // Of the signatures the last one counts, which is over all the others would be.
          const most = line === lines.length - 1 ? changed.length : changed.indexOf('","signature":"');
          changed[byte % most]! ^= xor;
          const proof = await proveEntry(
            journalOf(lines.with(line, changed.toString("latin1"))),
            { id },
            { key },
          );
          expect(proof.proven).toBe(false);
          if (!proof.proven && proof.reason !== "NOT_FOUND") expect(proof.at).not.toBeNull();
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("there is no proof", () => {
  const { lines, origin } = committedLog([["a"], ["b", "c"], ["d"], ["e", "f"]]);

  test("of an entry that is not there", async () => {
    const journal = journalOf(lines);
    for (const wanted of [{ id: "z" }, { log: origin, seq: 99 }, { log: "x/y/z", seq: 0 }])
      expect(whyNot(await proveEntry(journal, wanted, { key }))).toMatchObject({ reason: "NOT_FOUND" });
    const growth = { log: "x/y/z", oldSize: 1, newSize: 2 };
    expect(whyNot(await proveConsistency(journal, growth, { key }))).toMatchObject({ reason: "NOT_FOUND" });
  });

  test("of the unsigned tail, and of all before it there is one", async () => {
    const journal = journalOf([...lines.slice(0, -2), ...lines.slice(-2).map(unsigned)]);
    expect(whyNot(await proveEntry(journal, { id: "e" }, { key }))).toMatchObject({
      reason: "NOT_COVERED",
      at: { file: "audit_2026-11-24.jsonl", line: 6 },
    });
    expect((await proofOf(journal, "d")).size).toBe(5);
  });

  test("when a line before it was changed or removed, and the place is named", async () => {
    const edited = lines.with(2, lines[2]!.replace("what b says", "what B says"));
    expect(whyNot(await proveEntry(journalOf(edited), { id: "d" }, { key }))).toMatchObject({
      reason: "TAMPERED",
      at: { line: 3 },
    });
    // What comes after the checkpoint is not needed.
    expect((await proofOf(journalOf(edited), "a")).size).toBe(2);
    const removed = lines.toSpliced(2, 1);
    expect(whyNot(await proveEntry(journalOf(removed), { id: "d" }, { key }))).toMatchObject({
      reason: "TAMPERED",
      message: "entries 2 to 2 of the log are missing before it",
    });
  });

  test("when lines were sealed anew without the key: the first signature that is wrong is named", async () => {
    const rewritten = rehash(lines, 2, (entry) => {
      entry.metadata = { text: "another" };
    });
    const growth = { log: origin, oldSize: 2, newSize: 5 };
    for (const proof of [
      await proveEntry(journalOf(rewritten), { id: "d" }, { key }),
      await proveConsistency(journalOf(rewritten), growth, { key }),
    ])
      expect(whyNot(proof)).toMatchObject({
        reason: "TAMPERED",
        at: { line: 4 },
        message: expect.stringContaining("the signature of entry 3"),
      });
  });

  test("when a whole file is missing and no frontier stands for it", async () => {
    const journal = journalOf(lines.slice(0, 2), [], lines.slice(4));
    expect(whyNot(await proveEntry(journal, { id: "d" }, { key }))).toMatchObject({
      reason: "LINES_MISSING",
    });
    expect(whyNot(await proveEntry(journalOf(lines.slice(2)), { id: "d" }, { key }))).toMatchObject({
      reason: "LINES_MISSING",
      at: { line: 1 },
    });
  });

  test("of two different lines for one place", async () => {
    const forged = lines[3]!.replace("what c says", "what C says");
    expect(whyNot(await proveEntry(journalOf([...lines, forged]), { id: "c" }, { key }))).toMatchObject({
      reason: "TAMPERED",
      at: { line: 8 },
    });
  });

  test("for another root key", async () => {
    const other = publicKeyOf(otherSecret);
    expect(whyNot(await proveEntry(journalOf(lines), { id: "a" }, { key: other }))).toMatchObject({
      reason: "UNDELEGATED",
    });
  });

  test("between sizes that are not those of signed lines, and the nearest are named", async () => {
    const journal = journalOf(lines);
    const why = async (oldSize: number, newSize: number) =>
      whyNot(await proveConsistency(journal, { log: origin, oldSize, newSize }, { key }));
    expect(await why(3, 5)).toMatchObject({
      message: expect.stringContaining("size 3; the nearest are 2 and 4"),
    });
    expect(await why(2, 6)).toMatchObject({
      message: expect.stringContaining("size 6; the nearest are 5 and 7"),
    });
    expect(await why(2, 90)).toMatchObject({
      message: expect.stringContaining("size 90; the nearest are 7"),
    });
    expect(await why(5, 2)).toMatchObject({ reason: "NOT_COVERED" });
    expect(await why(0, 2)).toMatchObject({ reason: "NOT_COVERED" });
  });

  test("that begins before the lines that are left", async () => {
    const kept = committedLog([["a"], ["b"], ["heartbeat", "c"], ["d"]]);
    const journal = journalOf(kept.lines.slice(3));
    const growth = { log: kept.origin, oldSize: 2, newSize: 6 };
    expect(whyNot(await proveConsistency(journal, growth, { key }))).toMatchObject({
      reason: "LINES_MISSING",
      message: "the lines of entries 0 to 1 are not there: they begin with entry 3",
    });
  });
});

describe("an id that stands in two logs", () => {
  const failed = committedLog([["a"], ["twice"]]);
  const again = committedLog([["twice", "b"]]);

  test("is proven where a signature covers it, and the other place is told", async () => {
    const journal = journalOf([...failed.lines.slice(0, -1), unsigned(failed.lines.at(-1)!), ...again.lines]);
    const proof = await proofOf(journal, "twice");
    expect(proof).toMatchObject({ log: again.origin, seq: 1, others: [{ log: failed.origin, seq: 2 }] });
    const lastUnsigned = [...again.lines.slice(0, 1), ...again.lines.slice(1).map(unsigned)];
    const other = await proofOf(journalOf([...failed.lines, ...lastUnsigned]), "twice");
    expect(other).toMatchObject({
      log: failed.origin,
      others: [{ log: again.origin, message: expect.stringContaining("no signature covers") }],
    });
  });

  test("is proven where it was written last when both are covered; the place chooses the other", async () => {
    const journal = journalOf([...failed.lines, ...again.lines]);
    expect(await proofOf(journal, "twice")).toMatchObject({ log: again.origin });
    const chosen = await proveEntry(journal, { log: failed.origin, seq: 2 }, { key });
    expect(chosen).toMatchObject({ proven: true, log: failed.origin, id: "twice", others: [] });
  });

  test("is proven although somebody without the key wrote it a hundred times", async () => {
    const forged = Array.from({ length: 100 }, (_none, index) =>
      failed.lines.at(-1)!.replaceAll(failed.origin, `forged/${index}`),
    );
    const journal = journalOf([...failed.lines, ...forged]);
    expect(whyNot(await proveEntry(journal, { id: "twice" }, { key }))).toMatchObject({
      message: expect.stringContaining("LOG#SEQ"),
    });
    expect(await proveEntry(journal, { log: failed.origin, seq: 2 }, { key })).toMatchObject({
      proven: true,
    });
  });
});

test("files are taken one by one, in any order; lines that stand twice count once", async () => {
  const { lines } = committedLog([["a"], ["b"], ["heartbeat", "c"], ["d"]]);
  const journal = journalOf(lines.slice(0, 3), lines.slice(3), lines.slice(3));
  const files = ["26", "25", "24"].map((day) => join(journal, `audit_2026-11-${day}.jsonl`));
  const fromAll = await proofOf(files, "d");
  expect(fromAll.files).toEqual((await proofOf(journal, "d")).files);
  expect((await proofOf([files[1]!], "d")).files).toEqual(fromAll.files);
});

test("archives are read as what they hold, and damaged ones are refused", async () => {
  const { lines } = committedLog([["a"], ["b"], ["heartbeat", "c"], ["d"]]);
  const plain = journalOf(lines);
  const archived = newDirectory();
  const packed = gzipSync(readFileSync(join(plain, "audit_2026-11-24.jsonl")));
  const archive = join(archived, "audit_2026-11-24.jsonl.gz");
  writeFileSync(archive, packed);
  expect((await proofOf(archived, "d")).files).toEqual((await proofOf(plain, "d")).files);
  expect((await proofOf([archive], "d")).files).toEqual((await proofOf(plain, "d")).files);
  writeFileSync(archive, packed.subarray(0, -20));
  await expect(proofOf(archived, "d")).rejects.toMatchObject({ code: "JOURNAL_UNREADABLE" });
});

test("whoever waits is told how much was read, and never of more than there is", async () => {
  const { lines } = committedLog([["a"], ["b"]]);
  const told: ProofProgress[] = [];
  await proveEntry(
    journalOf(lines.slice(0, 2), lines.slice(2)),
    { id: "b" },
    { key, onProgress: (each) => told.push(each) },
  );
  const total = 2 * lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  expect(told.map(({ totalBytes }) => totalBytes)).toEqual(Array(4).fill(total));
  expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).sort((a, b) => a - b));
  expect(told.at(-1)!.bytes).toBe(total);
});

test("what cannot be read is an error that names it", async () => {
  const nowhere = join(newDirectory(), "nowhere");
  const reading = proveEntry(nowhere, { id: "a" }, { key });
  await expect(reading).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
    message: expect.stringContaining(nowhere),
  });
  await expect(proveEntry(journalOf(["x"]), { id: "a" })).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
  });
  await expect(proveEntry(journalOf(["x"]), { id: "a" }, { key: "no key" })).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
  });
});
