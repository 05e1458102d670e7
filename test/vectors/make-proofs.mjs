// Makes test/vectors/proofs anew from the built packages and the journal `sound`: only when that journal or a format of
// docs/seal.md changes. Look at what it prints before you commit it.
//   npm run build && node test/vectors/make-proofs.mjs
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const load = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { issueDelegation } = load("./seal/delegation.js");
const { rootSignerOf } = load("./privacy/secret.js");
const { proveConsistency, proveEntry, verifyConsistencyProof, verifyEntryProof } = load("./index.js");

const vectors = fileURLToPath(new URL(".", import.meta.url));
const journal = join(vectors, "journal", "sound");
const { public_key: key } = JSON.parse(readFileSync(join(vectors, "journal", "expected.json"), "utf8"));
const files = ["audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"];
const lines = files.flatMap((file) => readFileSync(join(journal, file), "utf8").trimEnd().split("\n"));
const [first, second] = [...new Set(lines.map((line) => JSON.parse(line).log))];
const lineOf = (log, seq) => lines.find((line) => JSON.parse(line).log === log && JSON.parse(line).seq === seq);
const entryFiles = async (log, seq) => (await proveEntry(journal, { log, seq }, { key })).files;
const growthFiles = async (oldSize, newSize) => {
  const { files } = await proveConsistency(journal, { log: first, oldSize, newSize }, { key });
  return { proof: files.proof, delegation: files.delegation, old: files.oldCheckpoint };
};
const checkpointOf = (log, seq) => {
  const { chain_hash, signature } = JSON.parse(lineOf(log, seq));
  return `${log}\n${seq + 1}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`;
};
const withCheckpoint = (proof, checkpoint) => proof.slice(0, proof.indexOf("\n\n") + 2) + checkpoint;
const hashLine = /^[A-Za-z0-9+/]{43}=$/m;
const logKey = (note) => note.split("\n")[2];
const forger = rootSignerOf("another secret, of at least 32 bytes", "openrouter-audit");
const forgedDelegation = (note) => issueDelegation(forger, first, logKey(note), new Date("2026-11-24T20:00:00Z"));

const entry = await entryFiles(first, 5);
entry.entry = entry.entry.toString();
const other = await entryFiles(second, 1);
const growth = await growthFiles(3, 8);
const edit = (from, what, change) => ({ ...from, [what]: change(from[what]) });
const eight = "0".repeat(8);
const cosigned = `\u2014 witness.example ${Buffer.from(eight.repeat(9)).toString("base64")}\n`;

const entryProofs = {
  entry: ["an entry that the next line covers", entry],
  "first-entry": ["audit.opened, under the signature of its own line: no hashes", await entryFiles(first, 0)],
  "extra-line": ["the same with extra data, which means nothing", edit(entry, "proof", (text) => text.replace("\n", "\nextra AAAA\n"))],
  cosigned: ["the same with a signature of a key nobody knows", edit(entry, "proof", (text) => text + cosigned)],
  "entry-edited": ["a word of the entry is another", edit(entry, "entry", (text) => text.replace('"prompt.approved"', '"prompt.rejected"'))],
  "entry-spaced": ["the same JSON in other bytes", edit(entry, "entry", (text) => text.replace(":", ": "))],
  "entry-ended": ["the entry with a line end", edit(entry, "entry", (text) => `${text}\n`)],
  "entry-of-other-log": ["an entry of another log", { ...entry, entry: other.entry.toString() }],
  "index-edited": ["another position", edit(entry, "proof", (text) => text.replace("index 5", "index 4"))],
  "index-zeros": ["a position with leading zeros", edit(entry, "proof", (text) => text.replace("index 5", "index 05"))],
  "hash-edited": ["a hash of the proof is another", edit(entry, "proof", (text) => text.replace(hashLine, Buffer.alloc(32).toString("base64")))],
  "hash-missing": ["a hash of the proof is missing", edit(entry, "proof", (text) => text.replace(new RegExp(`${hashLine.source}\\n`, "m"), ""))],
  "hash-more": ["one hash too many", edit(entry, "proof", (text) => text.replace("\n\n", `\n${Buffer.alloc(32).toString("base64")}\n\n`))],
  "size-edited": ["the checkpoint names another size", edit(entry, "proof", (text) => text.replace("\n7\n", "\n8\n"))],
  "checkpoint-later": ["a later checkpoint, with the proof for the earlier", edit(entry, "proof", (text) => withCheckpoint(text, checkpointOf(first, 7)))],
  "checkpoint-of-other-log": ["the checkpoint of another log", edit(entry, "proof", (text) => withCheckpoint(text, checkpointOf(second, 2)))],
  "delegation-of-other-log": ["the delegation of another log's key", { ...entry, delegation: other.delegation }],
  "delegation-forged": ["the delegation is signed by another root key", edit(entry, "delegation", forgedDelegation)],
  "version-unknown": ["a proof of another version", edit(entry, "proof", (text) => text.replace("@v1", "@v2"))],
};
const consistencyProofs = {
  growth: ["from 3 entries to 8", growth],
  "growth-from-power-of-two": ["from 2 entries to 7: the proof begins at the old root", await growthFiles(2, 7)],
  "growth-none": ["from 5 entries to 5: no hashes", await growthFiles(5, 5)],
  "growth-hash-edited": ["a hash of the proof is another", edit(growth, "proof", (text) => text.replace(hashLine, Buffer.alloc(32).toString("base64")))],
  "growth-hash-missing": ["a hash of the proof is missing", edit(growth, "proof", (text) => text.replace(new RegExp(`${hashLine.source}\\n`, "m"), ""))],
  "growth-other-old": ["the old head is of another size", { ...growth, old: checkpointOf(first, 4) }],
  "growth-old-edited": ["the old head has another root than was signed", edit(growth, "old", (text) => text.replace(hashLine, Buffer.alloc(32).toString("base64")))],
  "growth-old-of-other-log": ["the old head is of another log", { ...growth, old: checkpointOf(second, 2) }],
  "growth-from-nothing": ["from 0 entries: every log is consistent with nothing", edit(growth, "proof", (text) => text.replace("old 3", "old 0"))],
  "growth-backwards": ["from 8 entries to 3", { ...growth, proof: withCheckpoint(growth.proof, checkpointOf(first, 2)).replace("old 3", "old 8"), old: checkpointOf(first, 7) }],
  "growth-delegation-forged": ["the delegation is signed by another root key", edit(growth, "delegation", forgedDelegation)],
};

const proofs = join(vectors, "proofs");
rmSync(proofs, { recursive: true, force: true });
const expected = [];
function write(name, description, contents, found) {
  const directory = join(proofs, name);
  mkdirSync(directory, { recursive: true });
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(directory, file), content);
  const { proven, step = null } = found;
  expected.push({ proof: name, description, proven, step });
  console.log(proven ? "proven" : `not proven: ${step}`, name);
}
for (const [name, [description, { entry: leaf, proof, delegation }]] of Object.entries(entryProofs)) {
  const found = verifyEntryProof({ entry: Buffer.from(leaf), proof, delegation }, key);
  write(name, description, { "e.entry.json": leaf, "e.tlog-proof": proof, "e.delegation.note": delegation }, found);
}
for (const [name, [description, { proof, delegation, old }]] of Object.entries(consistencyProofs)) {
  const found = verifyConsistencyProof({ proof, delegation, old: { checkpoint: old } }, key);
  write(name, description, { "g.consistency-proof": proof, "g.delegation.note": delegation, "g.old.checkpoint": old }, found);
}
writeFileSync(join(proofs, "expected.json"), `${JSON.stringify({ public_key: key, proofs: expected }, null, 2)}\n`);
