// Makes test/vectors/excerpts anew with the built packages: only when docs/seal.md changes. Each case has the result that the page gives it,
// and the maker stops where verification finds another.
//   npm run build && node test/vectors/make-excerpts.mjs
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const load = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { draftEntry, issueDelegation, LogSealer, rootSigner, systemEntry } = load("./seal/index.js");
const { verifyJournal } = load("./index.js");

const vectors = fileURLToPath(new URL(".", import.meta.url));
const out = join(vectors, "excerpts");
const [{ secret, name }] = JSON.parse(readFileSync(join(vectors, "keys.json"), "utf8"));
const root = rootSigner(secret, name);
const service = { name: "vectors", version: null, instance: "host/1" };
const now = "2026-12-01T00:00:00.000Z";
const [first, last, after] = ["2026-10-30", "2026-10-31", "2026-11-01"];
const fileOf = (day) => `audit_${day}.jsonl`;

/** In the order in which they were written. */
const journal = [];

class Log {
  #sealer;
  #key;
  #day = "";

  /** @param made when its process began, which is the time in its UUID */
  constructor(made) {
    const hex = Date.parse(made).toString(16).padStart(12, "0");
    const count = String(++Log.count).padStart(12, "0");
    this.#sealer = new LogSealer(name, `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${count}`);
    const { origin, vkey } = this.#sealer;
    this.#key = { log_key: vkey, delegation: issueDelegation(root, origin, vkey, new Date(made)) };
  }

  static count = 0;

  get origin() {
    return this.#sealer.origin;
  }

  get head() {
    const { seq, chain_hash, signature } = JSON.parse(journal.findLast(({ log }) => log === this).line);
    return { log: this.origin, size: seq + 1, chain_hash, signature, ...this.#key };
  }

  async open(time, before = []) {
    this.#key.delegation = await this.#key.delegation;
    const links = before.map(({ head }) => head);
    this.#write(time, "opened", { seal: 1, node: "v20", ...this.#said, links, torn_files: [] });
    this.#day = time.slice(0, 10);
    return this;
  }

  record(...times) {
    for (const time of times) {
      if (this.#day !== time.slice(0, 10))
        this.#write(time, "heartbeat", { ...this.#said, frontier: this.#sealer.frontier });
      this.#day = time.slice(0, 10);
      this.#commit(time, draftEntry({ timestamp: time, event_type: "test.event", service, status: "success" }));
    }
    return this;
  }

  close(time) {
    this.#write(time, "closed", { reason: "close" });
    return this;
  }

  get #said() {
    return { ...this.#key, heartbeat_ms: 60_000 };
  }

  #write(time, what, detail) {
    this.#commit(time, systemEntry(what, service, new Date(time), detail));
  }

  #commit(time, draft) {
    const line = Buffer.from(this.#sealer.seal([draft], new Date(time)).lines).toString();
    journal.push({ log: this, day: time.slice(0, 10), line });
  }
}

// Three hosts write one journal. At the end of the month the clock of the second is some minutes behind, so that what began on it knows
// what its day does not have: that `long` went on, and `next` and `midnight`, which are in the file of the day after.
const long = await new Log(`${first}T08:00:00.000Z`).open(`${first}T08:00:00.001Z`);
long.record(`${first}T09:00:00.000Z`, `${last}T09:00:00.000Z`, `${last}T10:00:00.000Z`);
const short = await new Log(`${last}T11:00:00.000Z`).open(`${last}T11:00:00.001Z`);
short.record(`${last}T11:01:00.000Z`).close(`${last}T11:02:00.000Z`);
const running = await new Log(`${last}T12:00:00.000Z`).open(`${last}T12:00:00.001Z`);
running.record(`${last}T12:01:00.000Z`);
const midnight = await new Log(`${last}T23:59:59.999Z`).open(`${after}T00:00:00.001Z`);
midnight.close(`${after}T00:00:01.000Z`);
const next = await new Log(`${after}T00:01:00.000Z`).open(`${after}T00:01:00.001Z`);
next.record(`${after}T00:01:01.000Z`).close(`${after}T00:01:02.000Z`);
long.record(`${after}T00:01:03.000Z`);
running.record(`${after}T00:01:04.000Z`).close(`${after}T00:01:05.000Z`);
const behind = await new Log(`${last}T23:57:00.000Z`).open(`${last}T23:57:00.001Z`, [short, long, midnight, next]);
behind.record(`${last}T23:57:01.000Z`).close(`${last}T23:57:02.000Z`);
long.close(`${after}T09:00:00.000Z`);

const seqIn = (log) => JSON.parse(journal.find((each) => each.log === log && each.day === after).line).seq;
const laterOf = (...logs) => Object.fromEntries(logs.map((log) => [log.origin, seqIn(log)]));
const later = laterOf(long, running, midnight);
const both = { since: null, until: last, later };
const lastAlone = { ...both, since: last };
const without = (...logs) => ({ log }) => !logs.includes(log);
const cut = (log, day, count) => {
  const lost = journal.filter((each) => each.log === log && each.day === day).slice(-count);
  return (each) => !lost.includes(each);
};

/** Each: what is tested, what is there, which days' files are, and what comes of it. */
const cases = [
  ["clock-behind", "a log whose clock was behind knew logs that began after these days, and how one went on", () => true, both, "intact"],
  ["clock-behind-last-day", "the same of the last day alone", () => true, lastAlone, "intact"],
  ["log-removed", "a log of these days is gone, which another one knew", without(short), both, "tampered"],
  ["log-removed-last-day", "the same of the last day alone", without(short), lastAlone, "tampered"],
  ["log-removed-going-on", "a log of these days is gone, which another one knew and which is proven to go on after them", without(long), both, "tampered"],
  ["log-removed-unlinked", "a log of these days is gone, which none knew, and which is proven to go on after them", without(running), both, "tampered"],
  ["log-cut-going-on", "the end of these days is cut off a log that goes on after them", cut(running, last, 1), both, "tampered"],
  ["log-cut-linked", "the end is cut off a log that another one knew longer", cut(short, last, 1), both, "tampered"],
  ["end-unknown", "nothing shows that a log without end went on", () => true, { ...both, later: laterOf(long, midnight) }, "incomplete"],
  ["end-unknown-linked", "nothing shows that a log went on which another one knew longer", () => true, { ...both, later: laterOf(running, midnight) }, "tampered"],
  ["begin-unknown", "nothing shows that a log with the UUID of the last day began after it", () => true, { ...both, later: laterOf(long, running) }, "tampered"],
  ["later-files-none", "there are no later files, and a log that began after these days is known", () => true, { since: null, until: null, later: {} }, "tampered"],
];

rmSync(out, { recursive: true, force: true });
const expected = { public_key: root.vkey, now, last, cases: [] };
for (const [vector, description, isThere, terms, result] of cases) {
  const directory = join(out, vector);
  mkdirSync(directory, { recursive: true });
  for (const day of terms.since === null ? [first, last] : [last]) {
    const lines = journal.filter((each) => each.day === day && isThere(each)).map(({ line }) => line);
    writeFileSync(join(directory, fileOf(day)), lines.join(""));
  }
  const found = await verifyJournal(directory, {
    key: root.vkey,
    now: new Date(now),
    excerpt: { later: new Map(Object.entries(terms.later)) },
    ...(terms.since && { since: new Date(terms.since) }),
    ...(terms.until && { until: new Date(Date.parse(terms.until) + 86_400_000) }),
  });
  const problems = found.problems.map(({ verdict, log, seq }) => ({ verdict, log, seq }));
  console.log(vector, found.result, problems.map(({ verdict, log, seq }) => `${verdict} ${log}#${seq}`).join(", "));
  if (found.result !== result) throw new Error(`${vector} is ${found.result}, and the page says ${result}`);
  expected.cases.push({ vector, description, ...terms, result, problems });
}
writeFileSync(join(out, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
