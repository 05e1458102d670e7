import fc from "fast-check";
import { AuditError } from "../src/audit-error.ts";
import { draftEntry } from "../src/entry/draft-entry.ts";
import type { EntryDraft } from "../src/entry/entry.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { formatLine } from "../src/seal/line.ts";
import { LogSealer } from "../src/seal/log-sealer.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import { entryOf } from "../src/seal/sealed-entry.ts";

function draftSaying(said: string | number): EntryDraft {
  return draftEntry({
    event_type: "test.event",
    timestamp: "2026-11-24T09:30:00.123Z",
    service: { instance: "host/1", name: "test", version: null },
    status: "success",
    attribution: { how: "anonymous", source: null },
    metadata: { said },
  });
}

/** The lines of docs/seal.md, of entries that say what their seal is. */
function linesOf(entries: readonly ReturnType<typeof entryOf>[], tree: MerkleTree): string {
  const lines = entries.map(({ chain_hash, signature, ...entry }) => {
    const leaf = canonicalJson(entry);
    tree.append(leafHash(Buffer.from(leaf)));
    expect(chain_hash).toBe(tree.root().toString("base64"));
    return `${formatLine(leaf, chain_hash, signature)}\n`;
  });
  return lines.join("");
}

const text = fc.string({ unit: "grapheme", maxLength: 300 });
const long = fc
  .tuple(text, fc.nat(3000))
  .map(([word, times]) => word.repeat(times).slice(0, 100_000).toWellFormed());
const unsealable = fc.constant(Number.NaN);
const commits = fc.array(
  fc.array(fc.oneof({ weight: 8, arbitrary: text }, long, unsealable), { maxLength: 8 }),
);

test("the bytes of every commit are the lines of its entries, of which the last is signed", () => {
  fc.assert(
    fc.property(commits, (all) => {
      const sealer = new LogSealer("test");
      const tree = new MerkleTree();
      for (const commit of all) {
        const { lines, sealed } = sealer.seal(commit.map(draftSaying), new Date());
        const bad = sealed.map((each) => each instanceof AuditError);
        expect(bad).toEqual(commit.map((said) => typeof said === "number"));
        const entries = sealed.flatMap((each) => (each instanceof AuditError ? [] : entryOf(each)));
        expect(lines.toString()).toBe(linesOf(entries, tree));
        const signed = entries.map(({ signature }) => signature.length);
        expect(signed).toEqual(entries.map((_, index) => (index === entries.length - 1 ? 92 : 0)));
      }
    }),
    { numRuns: 200 },
  );
});
