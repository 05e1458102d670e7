// Makes test/vectors/journal anew from the built packages: only when the format of docs/seal.md changes. Look at what
// it prints before you commit it: the expectations are those of the page, not whatever the code says.
//   npm run build && node test/vectors/make-journals.mjs
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

os.hostname = () => "vectors.example";
syncBuiltinESMExports();
const load = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { LogSealer } = load("./seal/log-sealer.js");
const { issueDelegation } = load("./seal/delegation.js");
const { rootSignerOf } = load("./privacy/secret.js");
const { verifyJournal } = load("./index.js");

const vectors = fileURLToPath(new URL(".", import.meta.url));
const journals = join(vectors, "journal");
const days = ["audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"];
const expected = JSON.parse(readFileSync(join(journals, "expected.json"), "utf8"));
const [{ secret, name }] = JSON.parse(readFileSync(join(vectors, "keys.json"), "utf8"));
const old = days.flatMap((day) => readFileSync(join(journals, "sound", day), "utf8").trimEnd().split("\n"));
const drafts = old.map((line) => {
  const { log: _log, seq: _seq, recorded_at, chain_hash: _root, signature: _signature, ...draft } = JSON.parse(line);
  return { draft, at: new Date(recorded_at) };
});
const kinds = (type) => drafts.filter(({ draft }) => draft.event_type === type);

/** Seals the entries of one log, commit by commit. */
function sealLog(signer, commits, links) {
  const sealer = new LogSealer(name);
  const begun = commits[0][0].at;
  const key = { log_key: sealer.vkey, delegation: issueDelegation(signer, sealer.origin, sealer.vkey, begun) };
  const lines = [];
  let head;
  for (const commit of commits) {
    const sealed = commit.map(({ draft }) => {
      if (draft.event_type === "audit.heartbeat") return { ...draft, detail: { ...key, frontier: sealer.frontier } };
      if (draft.event_type !== "audit.opened") return draft;
      return { ...draft, detail: { ...draft.detail, seal: 1, ...key, links } };
    });
    const { lines: text, sealed: entries } = sealer.seal(sealed, commit[0].at);
    lines.push(...text.toString().trimEnd().split("\n"));
    const { place, chain_hash, signature } = entries.at(-1);
    head = { log: place.log, size: place.seq + 1, chain_hash, signature, ...key };
  }
  return { lines, head };
}

const [opened, openedLater] = kinds("audit.opened");
const [closed, closedLater] = kinds("audit.closed");
const calls = kinds("chat_completion");
const approvals = kinds("prompt.approved");
const heartbeat = { draft: { ...closed.draft, id: "019ab2d0-0000-7000-8000-000000000001", event_type: "audit.heartbeat" }, at: calls[2].at };
const root = rootSignerOf(secret, name);
const first = sealLog(root, [[opened], [calls[0]], [calls[1]], [heartbeat, calls[2]], approvals.slice(0, 2), [closed]], []);
const second = sealLog(root, [[openedLater], [approvals[2]], [closedLater]], [first.head]);
const forger = rootSignerOf("another secret, of at least 32 bytes", name);
const forged = sealLog(forger, [[openedLater], [closedLater]], []);
const unsigned = (line) => line.replace(/"signature":"[^"]*"}$/, '"signature":""}');
const signatureOf = (line) => /"signature":"([^"]*)"}$/.exec(line)[1];

const day1 = first.lines.slice(0, 3);
const day2 = [...first.lines.slice(3), ...second.lines];
const edited = (lines, at, edit) => lines.map((line, index) => (index === at ? edit(line) : line));
const variants = {
  sound: [day1, day2],
  "word-edited": [edited(day1, 1, (line) => line.replace('"user_id":"ada"', '"user_id":"eve"')), day2],
  "space-added": [edited(day1, 1, (line) => line.replace('"user_id":', '"user_id": ')), day2],
  "signature-exchanged": [edited(day1, 1, (line) => line.replace(signatureOf(line), signatureOf(day1[2]))), day2],
  "line-deleted": [[day1[0], day1[2]], day2],
  "lines-exchanged": [[day1[0], day1[2], day1[1]], day2],
  "line-twice": [[...day1, day1[2]], day2],
  "line-contradicted": [[...day1, day1[2].replace('"user_id":null', '"user_id":"ada"')], day2],
  "end-cut-linked": [day1, [...day2.slice(0, 2), ...second.lines]],
  "end-cut-newest": [day1, day2.slice(0, -1)],
  "log-deleted": [[], second.lines],
  "line-unfinished": [day1, edited(day2, day2.length - 1, (line) => line.slice(0, 700))],
  "foreign-line": [[day1[0], "Log rotated by a well-meaning script", ...day1.slice(1)], day2],
  "tail-unsigned": [day1, [...day2.slice(0, -2), ...day2.slice(-2).map(unsigned)]],
  "log-forged": [day1, [...day2, ...forged.lines]],
};

const now = new Date(expected.now);
for (const entry of expected.journals) {
  const directory = join(journals, entry.journal);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  variants[entry.journal].forEach((lines, index) => {
    const text = lines.map((line) => `${line}\n`).join("");
    const cut = entry.journal === "line-unfinished" && index === 1;
    if (lines.length > 0) writeFileSync(join(directory, days[index]), cut ? text.slice(0, -1) : text);
  });
  const found = await verifyJournal(directory, { key: expected.public_key, now });
  const problems = found.problems.map(({ verdict, seq, at }) => ({ verdict, seq, ...at }));
  const same = JSON.stringify([entry.result, entry.problems]) === JSON.stringify([found.result, problems]);
  console.log(`${same ? "as before" : "CHANGED  "} ${entry.journal}: ${found.result}`, same ? "" : problems);
  Object.assign(entry, { result: found.result, problems });
}
writeFileSync(join(journals, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
