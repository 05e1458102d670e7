#!/usr/bin/env node
// Verifies a journal of openrouter-audit. It needs Node.js 20.19 or newer, the journal and a public key, and nothing else.
//
// It was written from the page docs/seal.md alone and shares no code with what writes journals, nor with the command
// `openrouter-audit verify`, so that neither has to be trusted. Each part names the section of the page that it carries out.
// It only reads files, opens no connection, and keeps of each line two hashes.
import { createHash, createPublicKey, verify as verifyEd25519 } from "node:crypto";
import { createReadStream, readFileSync, realpathSync } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";

const help = `Usage: node verify-journal.mjs PATH… --key VKEY [options]

PATH… is a journal directory, which claims to be whole, or some files of a journal
(audit_2026-11-24.jsonl, audit_2026-10-01.jsonl.gz), which claim nothing about the others.

  --key VKEY            the root public key you were given: the text, or @file
  --known-heads FILE    heads that were noted earlier, one JSON object a line
  --anchor DIRECTORY    where anchor.jsonl is, for its heads and tombstones
  --all-signatures      as for openrouter-audit verify; here every signature is checked in any case
  --now TIME            when to ask whether a log that was not closed is alive (default: now)
  --json                everything that was found, as JSON

Exit codes: 0 intact, 1 tampered, 2 incomplete, 3 nothing could be judged.

  $ node verify-journal.mjs audit_logs --key openrouter-audit+22527feb+AeDHBp0A…
  $ node verify-journal.mjs audit_2026-11-24.jsonl.gz --key @public-key.txt --known-heads heads.jsonl`;

/** Nothing can be judged: exit code 3. */
class Unusable extends Error {}

// --- Hashes, base64, canonical JSON ---------------------------------------------------------------------------

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** The bytes of base64 (RFC 4648, section 4), null for any other text. Of each value there is one right spelling. */
function fromBase64(text) {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** RFC 8785. JavaScript's order of strings and its form of numbers are those of the RFC. Throws for lone surrogates. */
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${canonicalJson(name)}:${canonicalJson(value[name])}`).join(",")}}`;
  }
  if (typeof value === "string" && !value.isWellFormed()) throw new TypeError("a lone surrogate");
  return JSON.stringify(value);
}

// --- Section "Line": the Merkle tree of RFC 6962, section 2.1 --------------------------------------------------

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

  /** Of a `frontier` (section "Opening, links and heartbeats") before a line: one subtree for each bit of the size. */
  static ofFrontier(size, frontier) {
    if (!Number.isSafeInteger(size) || size < 1 || !Array.isArray(frontier)) return null;
    const range = frontier.map(fromBase64);
    const subtrees = size.toString(2).replaceAll("0", "").length;
    const isRange = range.length === subtrees && range.every((hash) => hash?.length === 32);
    return isRange ? new Tree(size, range) : null;
  }
}

// --- Section "Keys": C2SP signed notes and vkeys ---------------------------------------------------------------

/** A vkey `<name>+<key id>+<base64 of 0x01 || public key>`; null if it is none. */
function parseKey(vkey) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+)$/.exec(vkey) ?? [];
  const typed = fromBase64(base64);
  if (typed?.length !== 33 || typed[0] !== 1) return null;
  if (sha256(name, "\n", typed).toString("hex", 0, 4) !== id) return null;
  const jwk = { kty: "OKP", crv: "Ed25519", x: typed.subarray(1).toString("base64url") };
  return { vkey, name, id, bytes: typed, publicKey: createPublicKey({ key: jwk, format: "jwk" }) };
}

/** Whether a signature, which is base64 of 4 bytes key id and 64 bytes Ed25519 signature, is that of a key. */
function isSignedBy(key, text, signature) {
  const bytes = fromBase64(signature);
  if (bytes?.length !== 68 || bytes.toString("hex", 0, 4) !== key.id) return false;
  return verifyEd25519(null, Buffer.from(text), key.publicKey, bytes.subarray(4));
}

/** The text of a note that at least one of `keys` signed and none of them wrongly, as its lines; else null. */
function openNote(note, keys) {
  if (typeof note !== "string" || !note.includes("\n\n") || !note.endsWith("\n")) return null;
  const end = note.lastIndexOf("\n\n") + 1;
  const text = note.slice(0, end);
  let signed = false;
  for (const line of note.slice(end + 1, -1).split("\n")) {
    const [, name, signature] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const id = fromBase64(signature)?.toString("hex", 0, 4);
    if (id === undefined) return null;
    const key = keys.find((key) => key.name === name && key.id === id);
    if (key && !isSignedBy(key, text, signature)) return null;
    signed ||= key !== undefined;
  }
  return signed ? text.slice(0, -1).split("\n") : null;
}

/** The key of a log, if a trusted root key certified it for this log; else null. */
function delegatedKey(delegation, origin, logKey, trusted) {
  const lines = openNote(delegation, trusted);
  if (lines?.length !== 4 || lines[0] !== "openrouter-audit/log-delegation/v1") return null;
  if (lines[1] !== origin || lines[2] !== logKey) return null;
  const key = parseKey(logKey);
  return key?.name === origin ? key : null;
}

/**
 * Section "Rotation": trusted are the given key, the keys before it and the keys after it. Not what else came after
 * one of the keys before it: a thief of an old key can sign that.
 */
async function trustedKeys(given, directories) {
  const rotations = [];
  for (const directory of directories)
    for (const name of await readdir(directory)) {
      if (!/^key-rotation-[0-9a-f]{8}-[0-9a-f]{8}\.note$/.test(name)) continue;
      const note = readFileSync(join(directory, name), "utf8");
      const [oldKey, newKey] = note.split("\n").slice(1, 3).map(parseKey);
      if (!oldKey || !newKey || oldKey.name !== newKey.name || !openNote(note, [newKey])) continue;
      const lines = openNote(note, [oldKey]);
      if (lines?.length === 4 && lines[0] === "openrouter-audit/key-rotation/v1")
        rotations.push([oldKey, newKey]);
    }
  const before = new Map([[given.vkey, given]]);
  const after = new Map(before);
  // A Map that grows while it is gone through is gone through to its new end.
  for (const [vkey] of before)
    for (const [old, next] of rotations) if (next.vkey === vkey) before.set(old.vkey, old);
  for (const [vkey] of after)
    for (const [old, next] of rotations) if (old.vkey === vkey) after.set(next.vkey, next);
  return [...new Map([...before, ...after]).values()];
}

/** Section "Heads": a head that proves itself with a trusted root key; else null. */
function provenHead(head, trusted) {
  const { log, size, chain_hash, signature, log_key, delegation } = head ?? {};
  if (!Number.isSafeInteger(size) || size < 1) return null;
  const key = delegatedKey(delegation, log, log_key, trusted);
  if (!key || !isSignedBy(key, `${log}\n${size}\n${chain_hash}\n`, signature)) return null;
  return { log, size, chain_hash, key };
}

// --- Sections "Files" and "Line" -------------------------------------------------------------------------------

const journalFile = /^audit_(\d{4}-\d{2}-\d{2})\.jsonl(\.gz)?$/;
const longestLine = 16 << 20;

/** A file that is not what a journal is made of. */
class Refused extends Error {}

/** The files of the given paths in the order in which they are read. */
async function filesOf(paths) {
  const files = [];
  for (const path of paths) {
    const isDirectory = (await stat(path)).isDirectory();
    const names = isDirectory
      ? (await readdir(path)).filter((name) => journalFile.test(name)).sort()
      : [path];
    for (const name of names) {
      const file = { path: isDirectory ? join(path, name) : path, name, lines: 0 };
      const day = journalFile.exec(basename(name))?.[1] ?? null;
      files.push({ ...file, day, order: day ?? (await firstTimeIn(path)) });
    }
  }
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

/** The lines of a file that are not empty; `ended` is false for a last one without LF. */
async function* linesOf(path) {
  if (!(await lstat(path)).isFile()) throw new Refused("is no plain file");
  const file = createReadStream(path);
  let number = 1;
  let rest = [];
  let length = 0;
  for await (const chunk of path.endsWith(".gz") ? unpacked(file) : file) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const bytes = Buffer.concat([...rest, chunk.subarray(start, end)]).subarray(0, longestLine);
      if (bytes.length > 0) yield { bytes, number, ended: true };
      [number, rest, length, start] = [number + 1, [], 0, end + 1];
    }
    if (length < longestLine) rest.push(chunk.subarray(start)); // a longer line is no entry
    length += chunk.length - start;
  }
  if (length > 0) yield { bytes: Buffer.concat(rest).subarray(0, longestLine), number, ended: false };
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
    throw /^Z_/.test(error.code) ? new Refused(`does not unpack: ${error.message}`) : error;
  } finally {
    file.destroy();
  }
  if (gunzip.bytesWritten < file.bytesRead) throw new Refused("has other bytes behind its end");
}

const base64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
const seal = new RegExp(`^,"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"(${base64})"\\}$`);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A line as an entry, with its leaf, root and signature; null when it is none (section "Verification", "In detail"). */
function readEntry(bytes) {
  const end = bytes.lastIndexOf(',"chain_hash":"');
  if (end < 0 || bytes.length - end > 8192) return null;
  const [, root, signature] = seal.exec(bytes.toString("latin1", end)) ?? [];
  if (root === undefined) return null;
  try {
    const entry = JSON.parse(utf8.decode(bytes));
    const { id, log, seq, timestamp, recorded_at, event_type, detail } = entry;
    const texts = [id, log, timestamp, recorded_at, event_type];
    if (!texts.every((text) => typeof text === "string") || !Number.isSafeInteger(seq) || seq < 0)
      return null;
    const leaf = Buffer.concat([bytes.subarray(0, end), Buffer.from("}")]);
    return { log, seq, recorded_at, event_type, detail, leaf, root, signature };
  } catch {
    return null;
  }
}

function isCanonical(leaf) {
  try {
    return canonicalJson(JSON.parse(leaf.toString())) === leaf.toString();
  } catch {
    return false; // a lone surrogate, or nested deeper than anything a journal holds
  }
}

// --- Section "Verification": the verdicts ----------------------------------------------------------------------

const tampered =
  /^(ROOT_MISMATCH|BAD_SIGNATURE|NOT_CANONICAL|SEQ_GAP|SEQ_ORDER|FORK|UNDELEGATED_STREAM|TRUNCATED|MISSING_STREAM)$/;
const note = /^(BAD_LINK|DUPLICATE)$/;
const mostOfAVerdict = 100;

class Findings {
  list = [];
  counts = {};

  /** `at` is { file, line }; `log` and `seq` are null for what is of none. */
  add(verdict, at, log, seq, message) {
    this.counts[verdict] = (this.counts[verdict] ?? 0) + 1;
    if (this.counts[verdict] <= mostOfAVerdict) this.list.push({ verdict, ...at, seq, log, message });
  }

  get result() {
    const verdicts = Object.keys(this.counts);
    if (verdicts.some((verdict) => tampered.test(verdict))) return "tampered";
    return verdicts.every((verdict) => note.test(verdict)) ? "intact" : "incomplete";
  }
}

// --- Section "Verification": one log ---------------------------------------------------------------------------

/** The lines of one log as they come. `journal` holds what is the same for all logs. */
class Log {
  key = null;
  next = 0; // the seq that is to come
  stretches = []; // without a gap: the seq each begins with, its tree, and of each line the root and a hash of the whole
  uncovered = []; // lines that are what was sealed if the next signature is right
  last = null; // of the lines that a signature covers
  ended = false; // nothing can be said of the lines to come
  missing = null; // the line before which others are missing, and which of them were found after it
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
    if (tampered.test(verdict) || verdict === "UNSUPPORTED") this.ended = true;
  }

  judge(line) {
    const isFirstInFile = this.file !== line.at.file;
    this.file = line.at.file;
    if (this.ended) {
      if (this.missing && line.seq >= this.next && line.seq < this.missing.seq)
        this.missing.found.add(line.seq);
      return;
    }
    if (line.seq < this.next) return this.judgeAgain(line);
    if (line.seq > this.next && !(isFirstInFile && this.goOnFrom(line))) {
      this.missing = { ...line, found: new Set() };
      this.ended = true;
      return;
    }
    if (!isCanonical(line.leaf)) return this.say("NOT_CANONICAL", line, "the line is not in JCS form");
    if (this.key === null && !this.open(line)) return;
    if (this.closed) return this.say("BAD_SIGNATURE", line, "a line after the end of the log");
    if (this.stretches.length === 0) this.begin(new Tree());
    const { tree, roots, wholes } = this.stretches.at(-1);
    tree.append(leafHash(line.leaf));
    if (tree.root().toString("base64") !== line.root)
      return this.say("ROOT_MISMATCH", line, "the line, or one before it, is not what was sealed");
    roots.push(tree.root().toString("latin1"));
    wholes.push(wholeHash(line));
    this.next += 1;
    const { seq, at, recorded_at, event_type, detail } = line;
    this.uncovered.push({ seq, at, recorded_at, event_type, detail });
    if (line.signature === "" && !this.journal.isAnchor) return;
    if (!isSignedBy(this.key, `${this.origin}\n${seq + 1}\n${line.root}\n`, line.signature))
      return this.say("BAD_SIGNATURE", line, "the signature is not that of the log's key");
    for (const covered of this.uncovered.splice(0)) this.learnFrom(covered);
  }

  begin(tree) {
    this.stretches.push({
      from: tree.size,
      start: tree.root().toString("latin1"),
      tree,
      roots: [],
      wholes: [],
    });
    this.next = tree.size;
  }

  /** A `seq` that was there before: the line must be the same, byte for byte. */
  judgeAgain(line) {
    const { from, wholes } = this.stretches.findLast((stretch) => stretch.from <= line.seq) ?? {};
    const whole = wholes?.[line.seq - from];
    if (whole === undefined) this.say("SEQ_ORDER", line, "the line stands after ones that follow it");
    else if (whole === wholeHash(line)) this.say("DUPLICATE", line, "the same line again");
    else this.say("FORK", line, "another line for the same seq");
  }

  /** Lines before the first one in a file are not there: goes on from a tombstone's cut, or from a frontier. */
  goOnFrom(line) {
    const { cuts, whole } = this.journal;
    const cut = cuts.get(this.origin)?.find(({ size }) => size === line.seq);
    const isHeartbeat = line.event_type === "audit.heartbeat";
    const tree = Tree.ofFrontier(line.seq, cut ? cut.frontier : isHeartbeat && line.detail?.frontier);
    if (tree === null) return false;
    if (!cut || this.next > 0) {
      const message = `${this.next} to ${line.seq - 1} are ${whole ? "missing" : "in files that were not given"}`;
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
    if (line.seq === 0 && Number(seal) > 1) return this.say("UNSUPPORTED", line, "the log has a newer seal");
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
    this.last = line;
    statements?.push(line);
    if (event_type === "audit.closed") this.closed = true;
    if (event_type === "audit.gap")
      this.say("GAP", line, `${detail?.count} entries were lost: ${detail?.reason}`);
    for (const link of seq === 0 && Array.isArray(detail?.links) ? detail.links : []) {
      const head = provenHead(link, trusted);
      if (head) links.push({ ...head, at });
      else this.say("BAD_LINK", line, "a link that does not prove itself");
    }
    const day = days.get(at.file);
    if (!day || recorded_at.slice(0, 10) <= day || this.misfiledIn === at.file) return;
    this.misfiledIn = at.file;
    this.say("MISFILED", line, `recorded at ${recorded_at}, and in the file of a day before`);
  }

  /** Compares a head that proves itself with what is there. */
  compare({ size, chain_hash, at }) {
    const { from, start, roots } = this.stretches.findLast((stretch) => stretch.from <= size) ?? {};
    const root = size === from ? start : roots?.[size - from - 1];
    const head = { at, seq: null };
    if (this.ended) return;
    if (root !== undefined && root !== fromBase64(chain_hash)?.toString("latin1"))
      this.say("FORK", head, `a head of ${size} entries names another root`);
    else if (size > this.next)
      this.say(this.journal.whole ? "TRUNCATED" : "PARTIAL", head, `it had ${size} entries`);
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
      const count = this.missing.seq - this.next;
      if (this.missing.found.size === count)
        this.say("SEQ_ORDER", this.missing, `${count} entries stand too late`);
      else if (this.next === 0 && !whole)
        this.say("PARTIAL", this.missing, "entries before it were not given");
      else
        this.say("SEQ_GAP", this.missing, `${this.next} to ${this.missing.seq - 1} should stand before it`);
    }
    if (this.ended) return;
    this.sayUnsigned();
    if (this.last === null || this.closed || isAnchor || !whole) return;
    // A time far in the future was written by a wrong clock, and says nothing of being alive.
    if (!(Math.abs(now - Date.parse(this.last.recorded_at)) <= 2 * this.heartbeatMs))
      this.say("UNCLOSED", this.last, "not closed, and silent: a crash, or the end was cut off");
  }
}

const wholeHash = ({ leaf, root, signature }) => sha256(leafHash(leaf), root, signature).toString("latin1");

// --- Sections "Verification", "Heads", "Anchors" and "Tombstones": a journal -----------------------------------

/** Judges the lines of every log in the files, then compares the logs with their links and the given heads. */
async function judgeFiles(files, heads, journal) {
  const { findings, days, links, cuts, whole } = journal;
  const logs = new Map();
  for (const file of files) {
    days.set(file.name, file.day);
    try {
      for await (const { bytes, number, ended } of linesOf(file.path)) {
        file.lines += 1;
        const at = { file: file.name, line: number };
        const entry = readEntry(bytes);
        if (entry && !logs.has(entry.log)) logs.set(entry.log, new Log(entry.log, journal));
        if (entry) logs.get(entry.log).judge({ ...entry, at });
        const isTorn = entry ? !ended : bytes[0] === 0x7b && ![0x7d, 0x0d].includes(bytes.at(-1));
        if (isTorn) findings.add("TORN_TAIL", at, null, null, "the line was not finished");
        else if (!entry) findings.add("FOREIGN_LINE", at, null, null, "the line is not an entry");
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      findings.add("REFUSED_FILE", { file: file.name, line: null }, null, null, `the file ${error.message}`);
    }
  }
  for (const head of [...links, ...heads]) {
    const { log, size, at } = head;
    const isDeleted = cuts.get(log)?.some((cut) => cut.closed && size <= cut.size);
    if (logs.has(log)) logs.get(log).compare(head);
    else if (whole && !isDeleted)
      findings.add("MISSING_STREAM", at, log, null, `nothing is left of ${size} entries`);
  }
  for (const log of logs.values()) log.finish();
  return logs;
}

/** The heads, and by log the cuts, of an anchor log: one that the root key itself signs, line by line. */
async function readAnchor(directory, origin, heads, common) {
  const file = { path: join(directory, "anchor.jsonl"), name: "anchor.jsonl", day: null, lines: 0 };
  const journal = {
    ...common,
    whole: true,
    isAnchor: true,
    cuts: new Map(),
    days: new Map(),
    links: [],
    statements: [],
  };
  const logs = await judgeFiles([file], heads, journal);
  if (logs.size !== 1 || !logs.has(origin))
    throw new Unusable(`${file.path} is not the anchor log ${origin}`);
  const anchor = { heads: [], cuts: new Map() };
  const prove = (head, at) => {
    const proven = provenHead(head, common.trusted);
    if (!proven) throw new Unusable(`${file.path}:${at.line}: a head that does not prove itself`);
    anchor.heads.push({ ...proven, at });
    return proven;
  };
  for (const { event_type, detail, at } of journal.statements) {
    if (event_type === "audit.anchored") for (const head of detail.heads) prove(head, at);
    if (event_type !== "audit.deleted" || logs.get(origin).ended) continue; // only of an anchor log that verifies
    for (const { log, size, frontier, closed, head } of detail.cuts) {
      const { key, chain_hash, ...proven } = prove(head, at);
      const root = Tree.ofFrontier(size, frontier)?.root().toString("base64");
      if (proven.log !== log || proven.size !== size || root !== chain_hash)
        throw new Unusable(`${file.path}:${at.line}: a cut that does not prove itself`);
      anchor.cuts.set(log, [...(anchor.cuts.get(log) ?? []), { size, frontier, closed, key }]);
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
    heads.push({ ...head, at: { file: path, line: number } });
  }
  return heads;
}

/** Everything that is found in a journal directory, or in single files. `key` is a vkey, `now` a time in milliseconds. */
async function verifyJournal(paths, { key, knownHeads, anchorDirectory, now = Date.now() }) {
  const given = parseKey(key.trim());
  if (!given) throw new Unusable("the key is not a vkey: <name>+<key id>+<base64>");
  const directories = [];
  for (const path of paths) if ((await stat(path)).isDirectory()) directories.push(path);
  const whole = directories.length === paths.length;
  const trusted = await trustedKeys(given, directories);
  const findings = new Findings();
  const common = { trusted, findings, now };
  const known = knownHeads ? await readKnownHeads(knownHeads, trusted) : [];
  const origin = `${given.name}/anchor`;
  const [ofAnchor, ofLogs] = [true, false].map((is) => known.filter(({ log }) => (log === origin) === is));
  let anchor = { heads: [], cuts: new Map() };
  if (anchorDirectory) anchor = await readAnchor(anchorDirectory, origin, ofAnchor, common);
  const files = await filesOf(paths);
  const journal = { ...common, whole, isAnchor: false, cuts: anchor.cuts, days: new Map(), links: [] };
  const logs = await judgeFiles(files, [...ofLogs, ...anchor.heads], journal);
  if (files.every(({ lines }) => lines === 0) && !findings.counts.REFUSED_FILE)
    throw new Unusable("there is not a single line, so there is nothing to judge");
  return {
    result: findings.result,
    key: given.vkey,
    findings: findings.list,
    counts: findings.counts,
    logs: [...logs.values()].map(({ origin, stretches, closed, ended, last }) => ({
      log: origin,
      state: ended ? "not judged to its end" : closed ? "closed" : "not closed",
      verified: stretches.map(({ from, roots }) => ({ from, entries: roots.length })),
      last: last && { seq: last.seq, recorded_at: last.recorded_at },
    })),
    files: files.map(({ name, lines }) => ({ file: name, lines })),
  };
}

// --- The command -----------------------------------------------------------------------------------------------

/** Text of a journal may hold commands for a terminal, and characters that hide or reorder text. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visible = (text) => text.replace(unsafe, (found) => `\\u{${found.codePointAt(0).toString(16)}}`);
const asJson = (text) =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`);

function linesOfReport({ result, key, findings, counts, logs, files }) {
  const lines = [result.toUpperCase()];
  for (const { verdict, file, line, seq, log, message } of findings)
    lines.push(`${verdict}  ${file}:${line ?? ""}  seq ${seq ?? "-"}  ${message}`, `    log ${log ?? "-"}`);
  for (const [verdict, count] of Object.entries(counts))
    if (count > mostOfAVerdict)
      lines.push(`${verdict}  ${count} times, of which ${mostOfAVerdict} are shown`);
  for (const { log, state, verified, last } of logs) {
    const entries = verified.map(({ from, entries }) => `${entries} from seq ${from}`).join(", ");
    lines.push(
      `log   ${log}`,
      `      ${state}; entries verified: ${entries || "none"}; to ${last?.recorded_at ?? "-"}`,
    );
  }
  return [...lines, ...files.map(({ file, lines }) => `file  ${file}: ${lines} lines`), `key   ${key}`];
}

async function main() {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const options = {
    key: text,
    "known-heads": text,
    anchor: text,
    now: text,
    "all-signatures": flag,
    json: flag,
    help: flag,
  };
  const { values, positionals: paths } = parseArgs({ options, allowPositionals: true });
  if (values.help) return console.log(help);
  if (paths.length === 0 || !values.key) throw new Unusable(`a path and --key are needed\n\n${help}`);
  const key = values.key.startsWith("@") ? readFileSync(values.key.slice(1), "utf8") : values.key;
  const now = values.now === undefined ? Date.now() : Date.parse(values.now);
  if (Number.isNaN(now)) throw new Unusable("--now is not a time");
  const given = { key, knownHeads: values["known-heads"], anchorDirectory: values.anchor, now };
  const found = await verifyJournal(paths, given);
  if (values.json) console.log(JSON.stringify(found).replace(unsafe, (found) => asJson(found).join("")));
  else console.log(linesOfReport(found).map(visible).join("\n"));
  process.exitCode = { intact: 0, tampered: 1, incomplete: 2 }[found.result];
}

export { canonicalJson, leafHash, openNote, parseKey, Tree, verifyJournal };

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  main().catch((error) => {
    console.error(error.message.split("\n").map(visible).join("\n"));
    process.exitCode = 3;
  });
