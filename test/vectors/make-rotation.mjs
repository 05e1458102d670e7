// Makes test/vectors/rotation anew from the built packages: only when the format of docs/seal.md changes. Look at what it
// prints before you commit it: the expectations are those of the page, not whatever the code says.
//   npm run build && node test/vectors/make-rotation.mjs
import { createPrivateKey } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

os.hostname = () => "vectors.example";
syncBuiltinESMExports();
const load = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { LogSealer } = load("./seal/log-sealer.js");
const { issueDelegation } = load("./seal/delegation.js");
const { systemEntry } = load("./entry/draft-entry.js");
const { signerFromSeed } = load("./seal/signed-note.js");
const { rotationFile, rotationText } = load("./keys/rotation-note.js");
const { publicKeyPem, trustedKeys, verifyJournal } = load("./index.js");

const vectors = fileURLToPath(new URL("rotation/", import.meta.url));
const name = "openrouter-audit";
const pkcs8 = (seed) => Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
/** The keys of the journal, one after the other, and that of a thief of the first. */
const keys = Object.fromEntries(
  ["first", "second", "third", "thief"].map((title, index) => {
    const seed = Buffer.alloc(32, index + 1);
    const signer = signerFromSeed(name, seed);
    const pem = createPrivateKey({ key: pkcs8(seed), format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" });
    return [title, { seed: seed.toString("hex"), pem, public_key: signer.vkey, public_key_pem: publicKeyPem(signer.vkey), signer }];
  }),
);
const at = (day, hour) => new Date(Date.UTC(2026, 10, day, hour));

function note(from, to, time, signers = [from, to]) {
  const text = rotationText(keys[from].signer.vkey, keys[to].signer.vkey, time);
  return `${text}\n${signers.map((each) => `\u2014 ${name} ${keys[each].signer.sign(text)}\n`).join("")}`;
}
const file = (from, to) => rotationFile(keys[from].signer.vkey, keys[to].signer.vkey);

const service = { name: "vectors", version: null, instance: "vectors.example/1" };
function sealLog(root, day, links) {
  const sealer = new LogSealer(name);
  const key = { log_key: sealer.vkey, delegation: issueDelegation(keys[root].signer, sealer.origin, sealer.vkey, at(day, 8)) };
  const detail = { seal: 1, heartbeat_ms: 300_000, links, torn_files: [], ...key };
  const seal = (draft, time) => {
    const { lines, sealed } = sealer.seal([draft], time);
    return { line: lines.toString(), ...sealed[0] };
  };
  const opened = seal(systemEntry("opened", service, at(day, 8), detail), at(day, 8));
  const closed = seal(systemEntry("closed", service, at(day, 9), { reason: "close" }), at(day, 9));
  const head = { log: sealer.origin, size: 2, chain_hash: closed.chain_hash, signature: closed.signature, ...key };
  return { text: opened.line + closed.line, head };
}

const first = sealLog("first", 23, []);
const second = sealLog("second", 24, [first.head]);
const third = sealLog("third", 25, [first.head, second.head]);
const sound = {
  "public-key": `${keys.third.signer.vkey}\n`,
  [file("first", "second")]: note("first", "second", at(24, 0)),
  [file("second", "third")]: note("second", "third", at(25, 0)),
  "audit_2026-11-23.jsonl": first.text,
  "audit_2026-11-24.jsonl": second.text,
  "audit_2026-11-25.jsonl": third.text,
};
const journals = {
  sound,
  // Who stole the first key rotated it to a key of their own, and wrote a log with that.
  stolen: { ...sound, [file("first", "thief")]: note("first", "thief", at(24, 1)), "audit_2026-11-26.jsonl": sealLog("thief", 26, []).text },
  // The new key never agreed: the notes of the other two are not signed by both.
  "half-signed": {
    ...sound,
    [file("first", "second")]: note("first", "second", at(24, 0), ["first"]),
    [file("second", "third")]: note("second", "third", at(25, 0), ["third"]),
  },
};

rmSync(vectors, { recursive: true, force: true });
const expected = [];
for (const [journal, files] of Object.entries(journals)) {
  const directory = join(vectors, journal);
  mkdirSync(directory, { recursive: true });
  for (const [each, content] of Object.entries(files)) writeFileSync(join(directory, each), content);
  const cases = [];
  for (const [title, { public_key: key }] of Object.entries(keys)) {
    for (const successors of [true, false]) {
      const trusted = trustedKeys(directory, key, { successors }).keys.map(({ vkey }) => Object.keys(keys).find((each) => keys[each].public_key === vkey));
      cases.push({ key: title, successors, trusted });
    }
  }
  const refused = trustedKeys(directory, keys.first.public_key).refused.map((each) => each.file);
  const results = {};
  for (const [title, { public_key: key }] of Object.entries(keys)) results[title] = (await verifyJournal(directory, { key })).result;
  console.log(journal, JSON.stringify({ cases, refused, results }, null, 1));
  expected.push({ journal, refused, trust: cases, results });
}
const written = Object.fromEntries(Object.entries(keys).map(([title, { signer: _signer, ...key }]) => [title, key]));
writeFileSync(join(vectors, "expected.json"), `${JSON.stringify({ name, keys: written, journals: expected }, null, 2)}\n`);
