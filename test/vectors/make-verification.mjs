// Makes test/vectors/verification anew from the journal `sound` and the built packages: only when docs/seal.md changes.
// Look at what it prints before you commit it: the expectations are those of the page, not whatever the code says.
//   npm run build && node test/vectors/make-verification.mjs
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const load = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { canonicalJson } = load("./seal/canonical-json.js");
const { issueDelegation } = load("./seal/delegation.js");
const { formatLine, parseLine } = load("./seal/line.js");
const { leafHash, MerkleTree } = load("./seal/merkle.js");
const { signerFromSeed } = load("./seal/signed-note.js");
const { deriveKey, rootSignerOf } = load("./privacy/secret.js");
const { verifyJournal } = load("./index.js");

const vectors = fileURLToPath(new URL(".", import.meta.url));
const out = join(vectors, "verification");
const [{ secret, name }] = JSON.parse(readFileSync(join(vectors, "keys.json"), "utf8"));
const { public_key } = JSON.parse(readFileSync(join(vectors, "journal", "expected.json"), "utf8"));
const now = "2026-12-01T00:00:00.000Z";
const [day1, day2] = ["audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"];
const sound = Object.fromEntries(
  [day1, day2].map((file) => [file, readFileSync(join(vectors, "journal", "sound", file), "utf8")]),
);
const lines = Object.values(sound).join("").trimEnd().split("\n");
const entries = lines.map((line) => JSON.parse(line));
const [firstLog, secondLog] = [...new Set(entries.map(({ log }) => log))];

/** The head of a log at its signed line `seq`. */
function headOf(log, seq) {
  const { log_key, delegation } = entries.find((entry) => entry.log === log && entry.seq === 0).detail;
  const { chain_hash, signature } = entries.find((entry) => entry.log === log && entry.seq === seq);
  return { log, size: seq + 1, chain_hash, signature, log_key, delegation };
}

function cutOf(log, size, closed) {
  const tree = new MerkleTree();
  const deleted = lines.filter((_line, index) => entries[index].log === log).slice(0, size);
  for (const line of deleted) tree.append(leafHash(parseLine(Buffer.from(line)).leaf));
  const frontier = tree.frontier.map((root) => root.toString("base64"));
  const newest = JSON.parse(deleted.at(-1)).recorded_at;
  return { log, size, frontier, newest, closed, head: headOf(log, size - 1) };
}

function anchorLog(...events) {
  const origin = `${name}/anchor`;
  const signer = signerFromSeed(origin, deriveKey(secret, "openrouter-audit/root-ed25519/v1"));
  const begun = "2026-11-25T02:00:00.000Z";
  const delegation = issueDelegation(rootSignerOf(secret, name), origin, signer.vkey, new Date(begun));
  const opened = { seal: 1, log_key: signer.vkey, delegation, heartbeat_ms: 0, links: [], torn_files: [] };
  const tree = new MerkleTree();
  return [["audit.opened", opened, begun], ...events]
    .map(([event_type, detail, time], seq) => {
      const id = `019ab800-0000-7000-8000-00000000000${seq}`;
      const entry = { id, log: origin, seq, timestamp: time, recorded_at: time, event_type, detail };
      const leaf = canonicalJson(entry);
      tree.append(leafHash(leaf));
      const root = tree.rootText();
      return `${formatLine(leaf, root, signer.sign(`${origin}\n${seq + 1}\n${root}\n`))}\n`;
    })
    .join("");
}

/** The newest line of an anchor log as a checkpoint of it, as somebody keeps a copy. */
function checkpointIn(text) {
  const { log, seq, chain_hash, signature } = JSON.parse(text.trimEnd().split("\n").at(-1));
  return `${log}\n${seq + 1}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`;
}

const lastOf = (log) => Math.max(...entries.filter((entry) => entry.log === log).map(({ seq }) => seq));
const heads = [firstLog, secondLog].map((log) => headOf(log, lastOf(log)));
const known = { "heads.jsonl": heads.map((head) => `${JSON.stringify(head)}\n`).join("") };
const anchored = ["audit.anchored", { heads }, "2026-11-25T03:00:00.000Z"];
const copied = { checkpoint: checkpointIn(anchorLog(anchored)) };
const cut = cutOf(firstLog, 3, false);
const deleted = ["audit.deleted", { files: [], policy: "90d", cuts: [cut] }, "2026-11-30T00:00:00.000Z"];
const tooFew = ["audit.deleted", { files: [], policy: "90d", cuts: [cutOf(firstLog, 3, true)] }, deleted[2]];
const forged = ["audit.deleted", { files: [], policy: "90d", cuts: [{ ...cut, size: 2 }] }, deleted[2]];
const textOf = (file, log) =>
  sound[file].split("\n").filter((line) => line && JSON.parse(line).log === log).map((line) => `${line}\n`).join("");
const anchoredOf = (head) => anchorLog(["audit.anchored", { heads: [head] }, anchored[2]]);
/** The logs of the journal in two directories, each with an anchor log that names its own. */
const one = {
  [`one/${day1}`]: textOf(day1, firstLog),
  [`one/${day2}`]: textOf(day2, firstLog),
  "one/anchor/anchor.jsonl": anchoredOf(heads[0]),
};
const two = {
  [`two/${day2}`]: textOf(day2, secondLog),
  "two/anchor/anchor.jsonl": anchoredOf(heads[1]),
};
const ofTwo = checkpointIn(two["two/anchor/anchor.jsonl"]);
const twoCut = `${two["two/anchor/anchor.jsonl"].split("\n")[0]}\n`;
const without = (files, ...names) =>
  Object.fromEntries(Object.entries(files).filter(([file]) => !names.includes(file)));
const withoutNewest = sound[day2].split("\n").filter((line) => !line.includes(secondLog)).join("\n");

/** Each: what is tested, the files, and how they are verified. */
const cases = [
  ["archive", "an archive and a file", { [`${day1}.gz`]: gzipSync(sound[day1]), [day2]: sound[day2] }, {}],
  ["archive-beside", "an archive beside the file it was made of", { ...sound, [`${day1}.gz`]: gzipSync(sound[day1]) }, {}],
  ["archive-damaged", "an archive whose end is missing", { ...sound, [`${day1}.gz`]: gzipSync(sound[day1]).subarray(0, 300) }, {}],
  ["renamed", "single files under names that say no day", { "b.jsonl": sound[day1], "a.jsonl": sound[day2] }, { paths: ["a.jsonl", "b.jsonl"] }],
  ["second-day-alone", "a single file that begins in the middle of a log", { [day2]: sound[day2] }, { paths: [day2] }],
  ["first-day-alone", "a single file that ends in the middle of a log", { [day1]: sound[day1] }, { paths: [day1] }],
  ["first-day-missing", "a directory whose first file is gone", { [day2]: sound[day2] }, {}],
  ["since", "only the second day of a journal", sound, { since: "2026-11-25" }],
  ["until", "only the first day of a journal", sound, { until: "2026-11-24" }],
  ["newest-log-missing", "the newest log is gone, and nobody knows of it", { ...sound, [day2]: withoutNewest }, {}],
  ["newest-log-missing-known", "the newest log is gone, and a known head names it", { ...sound, [day2]: withoutNewest, ...known }, { known_heads: "heads.jsonl" }],
  ["second-day-missing-known", "the second file is gone, and known heads name what was in it", { [day1]: sound[day1], ...known }, { known_heads: "heads.jsonl" }],
  ["anchored", "an anchor log beside the journal", { ...sound, "anchor/anchor.jsonl": anchorLog(anchored) }, {}],
  ["anchored-log-missing", "the newest log is gone, and the anchor log names it", { ...sound, [day2]: withoutNewest, "anchor/anchor.jsonl": anchorLog(anchored) }, {}],
  ["anchor-log-known", "an anchor log of which a checkpoint is known", { ...sound, "anchor/anchor.jsonl": anchorLog(anchored), ...copied }, { known_heads: "checkpoint" }],
  ["anchor-log-missing", "the newest log and the anchor log are gone, and nobody knows of them", { ...sound, [day2]: withoutNewest }, {}],
  ["anchor-log-missing-known", "the newest log and the anchor log are gone, and a checkpoint of the latter is known", { ...sound, [day2]: withoutNewest, ...copied }, { known_heads: "checkpoint" }],
  ["anchor-log-missing-beside", "the anchor log is gone, and its checkpoint is there", { ...sound, "anchor/checkpoint": copied.checkpoint }, {}],
  ["anchor-log-empty-known", "the anchor log is empty, and a checkpoint of it is known", { ...sound, "anchor/anchor.jsonl": "", ...copied }, { known_heads: "checkpoint" }],
  ["anchor-log-other-known", "a log of the journal stands in place of the anchor log, of which a checkpoint is known", { ...sound, "anchor/anchor.jsonl": `${lines[0]}\n`, ...copied }, { known_heads: "checkpoint" }],
  ["anchor-log-missing-files-known", "single files, and a checkpoint of an anchor log that was not given", { ...sound, ...copied }, { paths: [day1, day2], known_heads: "checkpoint" }],
  ["deleted", "the first file was deleted, and a tombstone says so", { [day2]: sound[day2], "anchor/anchor.jsonl": anchorLog(anchored, deleted) }, {}],
  ["deleted-too-soon", "the same, sooner than it may be", { [day2]: sound[day2], "anchor/anchor.jsonl": anchorLog(anchored, deleted) }, { min_retention_days: 90 }],
  ["deleted-forged", "the first file is gone, and a tombstone speaks of another size than its head", { [day2]: sound[day2], "anchor/anchor.jsonl": anchorLog(anchored, forged) }, {}],
  ["deleted-less", "a log is gone of which the anchor log names more entries than its last tombstone deleted", { [day2]: textOf(day2, secondLog), "anchor/anchor.jsonl": anchorLog(anchored, tooFew) }, {}],
  ["several", "two directories, each with its anchor log", { ...one, ...two }, { paths: ["one", "two"] }],
  ["several-log-missing", "a log is gone, and the anchor log of the directory given last names it", { ...one, ...without(two, `two/${day2}`) }, { paths: ["one", "two"] }],
  ["several-deleted", "a file was deleted, and a tombstone in the directory given last says so", { ...two, ...without(one, `one/${day1}`), "one/anchor/anchor.jsonl": anchorLog(anchored, deleted) }, { paths: ["two", "one"] }],
  ["several-known", "a checkpoint of one of two anchor logs is known", { ...one, ...two, checkpoint: ofTwo }, { paths: ["one", "two"], known_heads: "checkpoint" }],
  ["several-known-cut", "a checkpoint of one of two anchor logs is known, which was cut", { ...one, ...two, "two/anchor/anchor.jsonl": twoCut, checkpoint: ofTwo }, { paths: ["one", "two"], known_heads: "checkpoint" }],
  ["several-known-missing", "a checkpoint of one of two anchor logs is known, which is gone", { ...one, ...without(two, "two/anchor/anchor.jsonl"), checkpoint: ofTwo }, { paths: ["one", "two"], known_heads: "checkpoint" }],
];

rmSync(out, { recursive: true, force: true });
const expected = { public_key, now, cases: [] };
for (const [vector, description, files, { paths, known_heads, since, until, min_retention_days }] of cases) {
  const directory = join(out, vector);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), content);
  }
  const found = await verifyJournal(paths ? paths.map((file) => join(directory, file)) : directory, {
    key: public_key,
    now: new Date(now),
    ...(known_heads && { knownHeads: join(directory, known_heads) }),
    ...(since && { since: new Date(since) }),
    // The day itself is meant, too.
    ...(until && { until: new Date(Date.parse(until) + 86_400_000) }),
    ...(min_retention_days && { minRetentionMs: min_retention_days * 86_400_000 }),
  });
  const problems = found.problems.map(({ verdict, seq, at }) => ({
    verdict,
    seq,
    file: at && at.file.slice(at.file.startsWith(directory) ? directory.length + 1 : 0),
    line: at && at.line,
  }));
  console.log(vector, found.result, problems.map(({ verdict, file, line }) => `${verdict} ${file}:${line}`).join(", "));
  const terms = { paths: paths ?? null, known_heads, since, until, min_retention_days };
  expected.cases.push({ vector, description, ...terms, result: found.result, problems });
}
writeFileSync(join(out, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
