#!/usr/bin/env node
// Verifies a journal of openrouter-audit. Needs Node.js 20 or newer, this file, the journal and a public key; nothing else.
//
// It was written from the page docs/seal.md alone and shares no code with the software that writes journals or with its own
// `verify` command, so that neither has to be trusted. Every part names the section of that page which it carries out.
// It opens files for reading, opens no connection, and holds no file in memory: of each line it keeps two hashes.
//
//   node verify-journal.mjs DIRECTORY --key VKEY          a journal, which claims to be whole
//   node verify-journal.mjs FILE… --key VKEY              some of its files, which claim nothing about the others
//   node verify-journal.mjs --help
import { createHash, createPublicKey, verify as verifyEd25519 } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";

const help = `Usage: node verify-journal.mjs PATH… --key VKEY [options]

PATH is a journal directory, or single files of a journal (audit_2026-11-24.jsonl, with or without .gz).

  --key VKEY            the root public key you were given: text, or @file
  --known-heads FILE    heads that were noted earlier, one JSON object a line
  --anchor DIRECTORY    the directory of the anchor log, for its heads and tombstones
  --all-signatures      accepted as by openrouter-audit verify; this program always checks every signature
  --now TIME            when it is for the question whether a log that was not closed is alive (default: now)
  --json                everything that was found, as JSON

Exit codes: 0 intact, 1 tampered, 2 incomplete, 3 nothing could be judged.`;

// --- Hashes, base64, canonical JSON ------------------------------------------------------------------------------------

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** Bytes of base64 with padding, null for any other text: of each value there is only one right spelling. */
function fromBase64(text) {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** RFC 8785. JavaScript's own order of strings and form of numbers are those of the RFC. Throws for lone surrogates. */
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${canonicalJson(name)}:${canonicalJson(value[name])}`).join(",")}}`;
  }
  if (typeof value === "string" && !value.isWellFormed()) throw new TypeError("a lone surrogate");
  return JSON.stringify(value);
}

// --- The Merkle tree (section "Line"; RFC 6962, section 2.1) -----------------------------------------------------------

const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** A tree as its compact range: the roots of its largest complete subtrees, from the left. */
class Tree {
  constructor(size = 0, range = []) {
    this.size = size;
    this.range = range;
  }

  append(leaf) {
    this.range.push(leaf);
    // A subtree that has become as large as its neighbour on the left is joined with it.
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2) {
      const right = this.range.pop();
      this.range.push(nodeHash(this.range.pop(), right));
    }
    this.size += 1;
  }

  root() {
    return this.size === 0 ? sha256("") : this.range.reduceRight((right, left) => nodeHash(left, right));
  }

  /** The tree that a `frontier` of `size` leaves describes (section "Opening, links and heartbeats"); null if it is none. */
  static ofFrontier(size, frontier) {
    if (!Array.isArray(frontier)) return null;
    const range = frontier.map(fromBase64);
    const subtrees = size.toString(2).replaceAll("0", "").length;
    return range.length === subtrees && range.every((hash) => hash?.length === 32)
      ? new Tree(size, range)
      : null;
  }
}

/** 32 bytes for each line of a stretch of a log. */
class Hashes {
  #bytes = Buffer.alloc(1024);
  length = 0;

  push(hash) {
    if (this.#bytes.length === 32 * this.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(32 * this.length)]);
    hash.copy(this.#bytes, 32 * this.length);
    this.length += 1;
  }

  equals(index, hash) {
    return hash.equals(this.#bytes.subarray(32 * index, 32 * index + 32));
  }
}

// --- Keys and signed notes (section "Keys"; C2SP signed-note) ----------------------------------------------------------

/** A vkey `<name>+<key id>+<base64 of 0x01 || public key>`; null if it is none. */
function parseKey(vkey) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? [];
  const typed = fromBase64(base64);
  if (typed?.length !== 33 || typed[0] !== 1) return null;
  if (sha256(name, "\n", typed).toString("hex", 0, 4) !== id) return null;
  const jwk = { kty: "OKP", crv: "Ed25519", x: typed.subarray(1).toString("base64url") };
  return { vkey, name, id, bytes: typed, publicKey: createPublicKey({ key: jwk, format: "jwk" }) };
}

/** A signature is base64 of 4 bytes key id and 64 bytes Ed25519 signature. */
function isSignedBy(key, text, signature) {
  const bytes = fromBase64(signature);
  if (bytes?.length !== 68 || bytes.toString("hex", 0, 4) !== key.id) return false;
  return verifyEd25519(null, Buffer.from(text), key.publicKey, bytes.subarray(4));
}

/** The text of a note that at least one of `keys` signed, and none of them wrongly; else null. */
function openNote(note, keys) {
  const end = typeof note === "string" ? note.lastIndexOf("\n\n") + 1 : 0;
  if (end === 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, end);
  let signed = false;
  for (const line of note.slice(end + 1, -1).split("\n")) {
    const [, name, signature] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const blob = fromBase64(signature);
    if (!blob || blob.length < 5) return null;
    const key = keys.find((key) => key.name === name && key.id === blob.toString("hex", 0, 4));
    if (key && !isSignedBy(key, text, signature)) return null;
    signed ||= key !== undefined;
  }
  return signed ? text : null;
}

/** The key of a log, if a trusted root key certified it for that log; else null. */
function delegatedKey(delegation, origin, logKey, trusted) {
  const text = openNote(delegation, trusted);
  const key = typeof logKey === "string" ? parseKey(logKey) : null;
  if (text === null || key?.name !== origin) return null;
  const [title, log, vkey, time, ...rest] = text.split("\n");
  const isDelegation = title === "openrouter-audit/log-delegation/v1" && time && rest.join() === "";
  return isDelegation && log === origin && vkey === logKey ? key : null;
}

/**
 * Section "Rotation": the given key, the keys before it and the keys after it. What followed on one of the keys before it
 * on another way is not trusted: a thief of an old key can sign that.
 */
async function trustedKeys(given, directories) {
  const notes = [];
  for (const directory of directories)
    for (const name of await readdir(directory))
      if (/^key-rotation-[0-9a-f]{8}-[0-9a-f]{8}\.note$/.test(name))
        notes.push(rotation(join(directory, name)));
  const trusted = new Map([[given.vkey, given]]);
  for (const [from, to] of [
    ["next", "old"],
    ["old", "next"],
  ]) {
    const reached = new Set([given.vkey]);
    for (const vkey of reached) // a Set may grow while it is gone through
      for (const note of notes.filter((note) => note?.[from].vkey === vkey)) {
        reached.add(note[to].vkey);
        trusted.set(note[to].vkey, note[to]);
      }
  }
  return [...trusted.values()];
}

function rotation(path) {
  const note = readFileSync(path, "utf8");
  const [title, old, next, time, ...rest] = note
    .slice(0, note.lastIndexOf("\n\n") + 1)
    .split("\n")
    .map((line, index) => (index === 1 || index === 2 ? parseKey(line) : line));
  const isRotation = title === "openrouter-audit/key-rotation/v1" && time && rest.join() === "";
  if (!isRotation || !old || !next || old.name !== next.name) return null;
  return openNote(note, [old]) !== null && openNote(note, [next]) !== null ? { old, next } : null;
}

// --- Heads (sections "Heads" and "Opening, links and heartbeats") ------------------------------------------------------

/** A head that proves itself with a trusted root key; else null. */
function provenHead(head, trusted) {
  const { log, size, chain_hash, signature, log_key, delegation } = head ?? {};
  if (typeof log !== "string" || !Number.isSafeInteger(size) || size < 1) return null;
  const root = fromBase64(chain_hash);
  const key = delegatedKey(delegation, log, log_key, trusted);
  if (root?.length !== 32 || !key || !isSignedBy(key, `${log}\n${size}\n${chain_hash}\n`, signature))
    return null;
  return { log, size, root, key };
}

// --- Files and lines (sections "Files" and "Line") ---------------------------------------------------------------------

const journalFile = /^audit_\d{4}-\d{2}-\d{2}\.jsonl(\.gz)?$/;
const longestLine = 16 << 20;
const seal = /^,"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"([A-Za-z0-9+/=]*)"\}$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The files of the given paths in the order in which they are read, as { path, name, day }. */
async function filesOf(paths) {
  const files = [];
  for (const path of paths) {
    const isDirectory = (await stat(path)).isDirectory();
    const names = isDirectory
      ? (await readdir(path)).filter((name) => journalFile.test(name)).sort()
      : [path];
    for (const name of names) files.push({ path: isDirectory ? join(path, name) : path, name, lines: 0 });
  }
  for (const file of files) {
    file.day = /\d{4}-\d{2}-\d{2}/.exec(basename(file.path))?.[0] ?? null;
    file.order = file.day ?? (await firstTimeIn(file.path));
  }
  // Not by the whole path: files may come from several places. A sort leaves what is equal as it was.
  return files.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
}

async function firstTimeIn(path) {
  try {
    for await (const { bytes } of linesOf(path)) {
      const entry = readEntry(bytes);
      if (entry) return entry.recorded_at;
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return "";
}

/** A file that is not what a journal is made of. */
class Refused extends Error {}

/** Each line of a file as { bytes, number, whole }: `whole` is false for a last one without LF. */
async function* linesOf(path) {
  if (!(await lstat(path)).isFile()) throw new Refused("is no plain file");
  const file = createReadStream(path);
  const chunks = path.endsWith(".gz") ? unpacked(file) : file;
  let parts = [];
  let length = 0;
  let number = 0;
  const take = (part) => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
    else parts = [Buffer.from("too long to be an entry")];
  };
  const line = (whole) => {
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    number += 1;
    return { bytes, number, whole };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      take(chunk.subarray(start, end));
      const ended = line(true);
      if (ended.bytes.length > 0) yield ended; // empty lines mean nothing
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield line(false);
}

async function* unpacked(file) {
  const gunzip = file.pipe(createGunzip());
  file.on("error", (error) => gunzip.destroy(error));
  let size = 0;
  try {
    for await (const chunk of gunzip) {
      size += chunk.length;
      if (size > 64 << 20 && size > 200 * file.bytesRead)
        throw new Refused("unpacks to far more than a journal does");
      yield chunk;
    }
  } catch (error) {
    throw /^Z_/.test(error.code) ? new Refused(`is not gzip, or damaged: ${error.message}`) : error;
  } finally {
    file.destroy();
  }
}

/** A line as an entry with its leaf, root and signature; null when it is none (section "Verification", "In detail"). */
function readEntry(bytes) {
  const end = bytes.lastIndexOf(',"chain_hash":"');
  const [sealed, root, signature] = (end > 0 && seal.exec(bytes.toString("latin1", end))) || [];
  if (sealed === undefined) return null;
  let entry;
  try {
    entry = JSON.parse(utf8.decode(bytes));
  } catch {
    return null;
  }
  const texts = [entry.id, entry.log, entry.timestamp, entry.recorded_at, entry.event_type];
  if (!texts.every((text) => typeof text === "string") || !Number.isSafeInteger(entry.seq) || entry.seq < 0)
    return null;
  const leaf = Buffer.concat([bytes.subarray(0, end), Buffer.from("}")]);
  return { ...entry, leaf, root, signature, entry };
}

function isCanonical({ entry, leaf }) {
  const { chain_hash: _root, signature: _signature, ...members } = entry;
  try {
    return canonicalJson(members) === leaf.toString();
  } catch {
    return false; // a lone surrogate, or nested deeper than anything a journal holds
  }
}

// --- Findings (section "Verification") ---------------------------------------------------------------------------------

const tampered = ["ROOT_MISMATCH", "BAD_SIGNATURE", "NOT_CANONICAL", "SEQ_GAP", "SEQ_ORDER", "FORK"];
tampered.push("UNDELEGATED_STREAM", "TRUNCATED", "MISSING_STREAM");
const notes = ["BAD_LINK", "DUPLICATE"];
const resultOf = (verdict) =>
  tampered.includes(verdict) ? "tampered" : notes.includes(verdict) ? "note" : "incomplete";
const mostOfAVerdict = 100;

class Findings {
  list = [];
  counts = {};

  /** `at` is where: { file, line }. */
  add(verdict, at, log, seq, message) {
    this.counts[verdict] = (this.counts[verdict] ?? 0) + 1;
    if (this.counts[verdict] > mostOfAVerdict) return;
    this.list.push({ verdict, result: resultOf(verdict), file: at.file, line: at.line, seq, log, message });
  }

  get result() {
    const results = Object.keys(this.counts).map(resultOf);
    return results.includes("tampered")
      ? "tampered"
      : results.includes("incomplete")
        ? "incomplete"
        : "intact";
  }
}

// --- One log (section "Verification") ----------------------------------------------------------------------------------

/** The lines of one log as they come. `journal` holds what is the same for all logs. */
class Log {
  key = null;
  next = 0; // the seq that is to come
  /** Stretches without a gap: the `seq` each begins with, its tree, and what is kept of its lines. */
  stretches = [];
  uncovered = []; // lines that are what was sealed if the next signature is right
  last = null; // of the lines that a signature covers
  ended = false; // nothing can be said of the lines to come
  missing = null; // the lines whose absence ended it
  closed = false;
  heartbeatMs = 0;
  file = null;
  misfiledIn = null;

  constructor(origin, journal) {
    this.origin = origin;
    this.journal = journal;
  }

  say(verdict, { at, seq }, message) {
    this.journal.findings.add(verdict, at, this.origin, seq, message);
    if (resultOf(verdict) === "tampered" || verdict === "UNSUPPORTED") this.ended = true;
  }

  judge(line) {
    const isFirstInFile = this.file !== line.at.file;
    this.file = line.at.file;
    if (this.ended) {
      if (this.missing && line.seq >= this.next && line.seq < this.missing.line.seq)
        this.missing.found.add(line.seq);
      return;
    }
    if (line.seq < this.next) return this.judgeAgain(line);
    if (line.seq > this.next && !(isFirstInFile && this.goOnFrom(line))) {
      this.missing = { line, found: new Set() };
      this.ended = true;
      return;
    }
    if (this.stretches.length === 0) this.begin(new Tree());
    const { tree, roots, seals } = this.stretches.at(-1);
    if (!isCanonical(line)) return this.say("NOT_CANONICAL", line, "the line is not in JCS form");
    if (this.key === null && !this.open(line)) return;
    if (this.closed) return this.say("BAD_SIGNATURE", line, "a line after the end of the log");
    const leaf = leafHash(line.leaf);
    tree.append(leaf);
    const root = tree.root();
    if (root.toString("base64") !== line.root)
      return this.say("ROOT_MISMATCH", line, "the line, or one before it, is not what was sealed");
    roots.push(root);
    seals.push(sha256(leaf, root, line.signature));
    this.next += 1;
    this.uncovered.push({ ...line, entry: null, leaf: null });
    if (line.signature === "" && !this.journal.isAnchor) return;
    if (!isSignedBy(this.key, `${this.origin}\n${this.next}\n${line.root}\n`, line.signature))
      return this.say("BAD_SIGNATURE", line, "the signature is not that of the log's key");
    for (const covered of this.uncovered.splice(0)) this.learnFrom(covered);
  }

  begin(tree) {
    this.stretches.push({
      from: tree.size,
      before: tree.root(),
      tree,
      roots: new Hashes(),
      seals: new Hashes(),
    });
    this.next = tree.size;
  }

  /** A `seq` that was there before: the line must be the same, byte for byte. */
  judgeAgain({ seq, leaf, root, signature, at }) {
    const { from, seals } = this.stretches.findLast((stretch) => stretch.from <= seq) ?? {};
    if (from === undefined || seq >= from + seals.length)
      this.say("SEQ_ORDER", { seq, at }, "the line stands after ones that follow it");
    else if (seals.equals(seq - from, sha256(leafHash(leaf), fromBase64(root) ?? "", signature)))
      this.say("DUPLICATE", { seq, at }, "the same line again");
    else this.say("FORK", { seq, at }, "another line for the same seq");
  }

  /** Lines before this one, the first of the log in its file, are not there: goes on from a tombstone's cut or a frontier. */
  goOnFrom(line) {
    const { cuts, whole } = this.journal;
    const cut = this.next === 0 && cuts.get(this.origin)?.find(({ size }) => size === line.seq);
    const isHeartbeat = line.event_type === "audit.heartbeat";
    const tree = Tree.ofFrontier(line.seq, cut ? cut.frontier : isHeartbeat && line.detail?.frontier);
    if (tree === null) return false;
    if (!cut) {
      const message = `lines ${this.next} to ${line.seq - 1} are ${whole ? "missing" : "in files that were not given"}`;
      this.journal.findings.add(whole ? "SEQ_GAP" : "PARTIAL", line.at, this.origin, line.seq, message);
    }
    this.sayUnsigned();
    this.key = cut ? cut.key : null; // the heartbeat says it again
    this.begin(tree);
    return true;
  }

  /** The first line: `audit.opened`, or the heartbeat that stands for the lines before it. */
  open(line) {
    const { trusted, isAnchor } = this.journal;
    const { seal, log_key, delegation, heartbeat_ms } = line.detail ?? {};
    if (line.seq === 0 && Number(seal) > 1)
      return this.say("UNSUPPORTED", line, "the log has a newer form of seal");
    const isOpening = line.event_type === (line.seq === 0 ? "audit.opened" : "audit.heartbeat");
    this.key = isOpening ? delegatedKey(delegation, this.origin, log_key, trusted) : null;
    const isRoot = trusted.some(({ bytes }) => this.key?.bytes.equals(bytes));
    if (this.key === null || (isAnchor && !isRoot))
      return this.say("UNDELEGATED_STREAM", line, "the key of the log is not certified by the root key");
    if (typeof heartbeat_ms === "number") this.heartbeatMs = heartbeat_ms;
    return true;
  }

  /** Only of lines that a signature covers: anybody can compute the root of a line. */
  learnFrom(line) {
    const { seq, event_type, detail, recorded_at, at } = line;
    const { trusted, days, links, statements } = this.journal;
    this.last = { seq, recorded_at, at };
    if (event_type === "audit.closed") this.closed = true;
    if (event_type === "audit.gap")
      this.say("GAP", line, `entries were lost: ${detail?.count}, ${detail?.reason}`);
    if (seq === 0 && Array.isArray(detail?.links))
      for (const link of detail.links) {
        const head = provenHead(link, trusted);
        if (head) links.push({ ...head, at });
        else this.say("BAD_LINK", line, "a link that does not prove itself");
      }
    statements?.push(line);
    const day = days.get(at.file);
    if (!day || recorded_at.slice(0, 10) <= day || this.misfiledIn === at.file) return;
    this.misfiledIn = at.file;
    this.say("MISFILED", line, `recorded at ${recorded_at}, and in the file of a day before`);
  }

  /** Compares a head that proves itself with what is there. */
  compare({ size, root, at }) {
    if (this.ended) return;
    const seen = this.stretches.findLast(({ from }) => size >= from && size > 0);
    const found = seen && size - seen.from <= seen.roots.length;
    const agrees =
      found &&
      (size === seen.from ? root.equals(seen.before) : seen.roots.equals(size - seen.from - 1, root));
    if (found && !agrees) this.say("FORK", { at, seq: null }, `the head of ${size} lines names another root`);
    if (size <= this.next) return;
    this.say(this.journal.whole ? "TRUNCATED" : "PARTIAL", { at, seq: null }, `the log had ${size} lines`);
  }

  sayUnsigned() {
    const [first, ...others] = this.uncovered.splice(0);
    if (first)
      this.say("UNSIGNED_TAIL", first, `no signature covers this line and ${others.length} after it`);
  }

  /** After the last line of the journal, and after its heads. */
  finish() {
    const { now, whole, isAnchor } = this.journal;
    if (this.missing) {
      const { line, found } = this.missing;
      const count = line.seq - this.next;
      if (found.size === count)
        this.say("SEQ_ORDER", line, `the ${count} lines before this one stand after it`);
      else if (this.next === 0 && !whole)
        this.say("PARTIAL", line, `the ${count} lines before this one were not given`);
      else
        this.say("SEQ_GAP", line, `of the ${count} lines before this one, ${count - found.size} are missing`);
    }
    if (this.ended) return;
    this.sayUnsigned();
    if (this.last === null || this.closed || isAnchor || !whole) return;
    // A time far in the future was written by a wrong clock, and says nothing of being alive.
    const silence = Math.abs(now - Date.parse(this.last.recorded_at));
    if (!(silence <= 2 * this.heartbeatMs))
      this.say(
        "UNCLOSED",
        this.last,
        "the log was not closed, and is silent: a crash, or its end was cut off",
      );
  }
}

// --- A journal (sections "Verification", "Heads", "Anchors" and "Tombstones") ------------------------------------------

/** Reads files and judges the lines of every log in them; then compares the heads of their links, and the others given. */
async function judgeFiles(files, journal, heads) {
  const { findings, days } = journal;
  const logs = new Map();
  for (const file of files) {
    days.set(file.name, file.day);
    try {
      for await (const { bytes, number, whole } of linesOf(file.path)) {
        file.lines += 1;
        const at = { file: file.name, line: number };
        const entry = readEntry(bytes);
        if (entry && !logs.has(entry.log)) logs.set(entry.log, new Log(entry.log, journal));
        if (entry) logs.get(entry.log).judge({ ...entry, at });
        const isTorn = bytes[0] === 0x7b && ![0x7d, 0x0d].includes(bytes.at(-1));
        if (!entry && !isTorn) findings.add("FOREIGN_LINE", at, null, null, "the line is not an entry");
        else if (!entry || !whole) findings.add("TORN_TAIL", at, null, null, "the line was not finished");
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      findings.add("REFUSED_FILE", { file: file.name, line: null }, null, null, `the file ${error.message}`);
    }
  }
  for (const head of [...journal.links, ...heads]) {
    const log = logs.get(head.log);
    const deleted = journal.cuts.get(head.log)?.some(({ closed, size }) => closed && head.size <= size);
    if (log) log.compare(head);
    else if (journal.whole && !deleted)
      findings.add(
        "MISSING_STREAM",
        head.at,
        head.log,
        null,
        `of a log of ${head.size} lines nothing is left`,
      );
  }
  for (const log of logs.values()) log.finish();
  return logs;
}

/** The heads, and by log the cuts, of an anchor log: one that lives as long as the journal, signed by the root key itself. */
async function readAnchor(directory, origin, common, known) {
  const file = { path: join(directory, "anchor.jsonl"), name: "anchor.jsonl", day: null, lines: 0 };
  const journal = {
    ...common,
    whole: true,
    isAnchor: true,
    days: new Map(),
    links: [],
    statements: [],
    cuts: new Map(),
  };
  const logs = await judgeFiles(
    [file],
    journal,
    known.filter(({ log }) => log === origin),
  );
  if (![...logs.keys()].every((log) => log === origin) || logs.size === 0)
    throw new Unusable(`${file.path} is not the anchor log ${origin}`);
  const anchor = { heads: [], cuts: new Map() };
  const add = (head, at) => {
    const proven = provenHead(head, common.trusted);
    if (!proven) throw new Unusable(`${file.path}:${at.line}: a head that does not prove itself`);
    anchor.heads.push({ ...proven, at });
    return proven;
  };
  for (const { event_type, detail, at } of journal.statements) {
    if (event_type === "audit.anchored") for (const head of detail.heads) add(head, at);
    if (event_type !== "audit.deleted" || logs.get(origin).ended) continue; // only of an anchor log that verifies
    for (const { log, size, frontier, closed, head } of detail.cuts) {
      const proven = add(head, at);
      const root = Tree.ofFrontier(size, frontier)?.root();
      if (proven.log !== log || proven.size !== size || !root?.equals(proven.root))
        throw new Unusable(`${file.path}:${at.line}: a cut that does not prove itself`);
      anchor.cuts.set(log, [...(anchor.cuts.get(log) ?? []), { size, frontier, closed, key: proven.key }]);
    }
  }
  return anchor;
}

/** A line of known heads that does not prove itself makes the whole file worthless. */
async function readKnownHeads(path, trusted) {
  const heads = [];
  for await (const { bytes, number } of linesOf(path)) {
    let head = null;
    try {
      head = provenHead(JSON.parse(utf8.decode(bytes)), trusted);
    } catch {}
    if (!head) throw new Unusable(`${path}:${number}: not a head that this key proves`);
    heads.push({ ...head, at: { file: basename(path), line: number } });
  }
  return heads;
}

async function verifyJournal(paths, { key, now, ...options }) {
  const given = parseKey(key.trim());
  if (!given) throw new Unusable("the key is no vkey: <name>+<key id>+<base64>");
  const directories = [];
  for (const path of paths) if ((await stat(path)).isDirectory()) directories.push(path);
  const trusted = await trustedKeys(given, directories);
  const findings = new Findings();
  const common = { trusted, findings, now };
  const known = options.knownHeads ? await readKnownHeads(options.knownHeads, trusted) : [];
  const origin = `${given.name}/anchor`;
  const none = { heads: [], cuts: new Map() };
  const anchor = options.anchor ? await readAnchor(options.anchor, origin, common, known) : none;
  const whole = directories.length === paths.length;
  const files = await filesOf(paths);
  const journal = { ...common, whole, isAnchor: false, days: new Map(), links: [], cuts: anchor.cuts };
  const heads = [...known.filter(({ log }) => log !== origin), ...anchor.heads];
  const logs = await judgeFiles(files, journal, heads);
  const nothing = files.every(({ lines }) => lines === 0) && findings.list.length === 0;
  if (nothing) throw new Unusable("there is not a single line, so there is nothing to judge");
  return {
    result: findings.result,
    key: given.vkey,
    findings: findings.list,
    counts: findings.counts,
    files: files.map(({ name, lines }) => ({ file: name, lines })),
    logs: [...logs.values()].map(({ origin, stretches, closed, ended, last }) => ({
      log: origin,
      state: ended ? "not judged to its end" : closed ? "closed" : "not closed",
      verified: stretches.map(({ from, roots }) => ({ from, lines: roots.length })),
      last: last && { seq: last.seq, recorded_at: last.recorded_at },
    })),
  };
}

// --- The command -------------------------------------------------------------------------------------------------------

/** Nothing can be judged: exit code 3. */
class Unusable extends Error {}

/** Text of a journal may hold commands for a terminal, and characters that hide or reorder text. */
function visible(text) {
  return String(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}

function print({ result, findings, counts, files, logs, key }) {
  const lines = [result.toUpperCase(), ""];
  for (const { verdict, file, line, seq, log, message } of findings) {
    lines.push(
      `${verdict}  ${file}${line === null ? "" : `:${line}`}${seq === null ? "" : `  seq ${seq}`}  ${message}`,
    );
    if (log !== null) lines.push(`    log ${log}`);
  }
  for (const [verdict, count] of Object.entries(counts))
    if (count > mostOfAVerdict)
      lines.push(`${verdict}  ${count} times; the first ${mostOfAVerdict} are above`);
  if (findings.length > 0) lines.push("");
  for (const { log, state, verified, last } of logs) {
    const stretches = verified
      .filter(({ lines }) => lines > 0)
      .map(({ from, lines }) => `${from} to ${from + lines - 1}`);
    lines.push(
      `log   ${log}`,
      `      ${state}; seq ${stretches.join(", ") || "none"}; last signed ${last?.recorded_at ?? "never"}`,
    );
  }
  for (const { file, lines: count } of files) lines.push(`file  ${file}: ${count} lines`);
  lines.push(`key   ${key}`);
  process.stdout.write(`${lines.map(visible).join("\n")}\n`);
}

async function main() {
  const flag = { type: "boolean", default: false };
  const text = { type: "string" };
  const options = {
    key: text,
    "known-heads": text,
    anchor: text,
    now: text,
    "all-signatures": flag,
    json: flag,
    help: flag,
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return process.stdout.write(`${help}\n`);
  if (positionals.length === 0 || !values.key) throw new Unusable(`a path and --key are needed\n\n${help}`);
  const now = values.now === undefined ? Date.now() : Date.parse(values.now);
  if (Number.isNaN(now)) throw new Unusable("--now is no time");
  const found = await verifyJournal(positionals, {
    key: values.key.startsWith("@") ? readFileSync(values.key.slice(1), "utf8") : values.key,
    knownHeads: values["known-heads"],
    anchor: values.anchor,
    now,
  });
  if (values.json)
    process.stdout.write(`${JSON.stringify(found).replace(/[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu, escaped)}\n`);
  else print(found);
  process.exitCode = { intact: 0, tampered: 1, incomplete: 2 }[found.result];
}

const escaped = (text) =>
  Array.from(text, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");

main().catch((error) => {
  process.stderr.write(`${error.message.split("\n").map(visible).join("\n")}\n`);
  process.exitCode = 3;
});
