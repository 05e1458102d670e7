import { createPublicKey } from "node:crypto";
import { publicKeyOf } from "@openrouter-audit/core";
import { VerificationError } from "@sigstore/verify";
import { verifyTLogInclusion } from "@sigstore/verify/dist/tlog/index.js";
import { linesIn, secret } from "../../packages/core/test/support/journals.ts";
import { restarted } from "./journals.ts";
import { standalone } from "./standalone.ts";
import { checkpointOf, inclusionProof, type Line, linesOfLogs, merkleRoot } from "./tree-of-lines.ts";

// What Sigstore's clients do with the entries of their own log, Rekor, they do with ours: a checkpoint is opened with the key
// of the log, and the inclusion of an entry in it is proven.

let logs: Line[][];

beforeAll(async () => {
  logs = linesOfLogs(linesIn(await restarted()));
});

/** An entry in the form it has in a bundle: its leaf, and the proof that it is in the log of a checkpoint. */
function bundled(lines: Line[], seq: number, head: Line) {
  const leaves = lines.slice(0, head.seq + 1).map(({ leaf }) => leaf);
  return {
    canonicalizedBody: lines[seq]!.leaf,
    inclusionProof: {
      logIndex: String(seq),
      treeSize: String(leaves.length),
      rootHash: merkleRoot(leaves),
      hashes: inclusionProof(leaves, seq),
      checkpoint: { envelope: checkpointOf(head) },
    },
  };
}

/** A log that is trusted, as Sigstore's trusted root names it. */
function trusted(vkey: string) {
  const [name, id, typed] = vkey.split(/\+(.*?)\+(.*)/s) as [string, string, string];
  const x = Buffer.from(typed, "base64").subarray(1).toString("base64url");
  return {
    logID: Buffer.from(id, "hex"),
    publicKey: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
    baseURL: `https://${name}`,
    validFor: { start: new Date(0), end: new Date(8.64e15) },
  };
}

const keyOf = ([opened]: Line[]) => trusted(JSON.parse(opened!.leaf.toString()).detail.log_key as string);
const verify = (lines: Line[], seq: number, head: Line, key = keyOf(lines)) =>
  verifyTLogInclusion(bundled(lines, seq, head) as never, [key] as never);
const signed = (lines: Line[]) => lines.filter(({ signature }) => signature !== "");

test("every entry is included in every checkpoint that a later line of its log is", () => {
  let proofs = 0;
  for (const lines of logs)
    for (const head of signed(lines))
      for (let seq = 0; seq <= head.seq; seq += 1, proofs += 1)
        expect(() => verify(lines, seq, head)).not.toThrow();
  expect(proofs).toBeGreaterThan(15);
});

const damages: [what: string, damage: (lines: Line[]) => Line[]][] = [
  ["a word edited", (lines) => lines.with(1, { ...lines[1]!, leaf: edited(lines[1]!.leaf) })],
  ["another root", (lines) => lines.with(3, { ...lines[3]!, root: lines[2]!.root })],
  ["another signature", (lines) => lines.with(3, { ...lines[3]!, signature: lines[2]!.signature })],
  ["a signature over another size", (lines) => lines.with(3, { ...lines[3]!, log: lines[3]!.log, seq: 2 })],
  ["a line of another log", (lines) => lines.with(1, logs[1]![1]!)],
];
const edited = (leaf: Buffer) => Buffer.from(leaf.toString().replace("first", "fjrst"));

test.each(damages)("with %s, the entry is not included", (_what, damage) => {
  const lines = damage([...logs[0]!]);
  expect(() => verify(lines, 1, lines[3]!, keyOf(logs[0]!))).toThrow(VerificationError);
});

test("an entry is not included in the log of another key", () => {
  expect(() => verify(logs[0]!, 1, logs[0]![3]!, keyOf(logs[1]!))).toThrow(VerificationError);
});

test("who made the checkpoint is certified by the root key", () => {
  const root = standalone.parseKey(publicKeyOf(secret));
  for (const lines of logs) {
    const { delegation, log_key } = JSON.parse(lines[0]!.leaf.toString()).detail;
    expect(standalone.openNote(delegation, [root])).toEqual(expect.arrayContaining([lines[0]!.log, log_key]));
  }
});
