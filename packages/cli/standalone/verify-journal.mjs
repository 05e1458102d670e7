#!/usr/bin/env node
// Verifies a journal of openrouter-audit. It needs Node.js 20.19 or newer, the journal and a public key, and nothing else.
//
// It was written from the page docs/seal.md alone and shares no code with what writes journals, nor with the command
// `openrouter-audit verify`, so that neither has to be trusted. Each part names the section of the page that it carries out.
// It only reads files, opens no connection, and keeps of each line two hashes.
import { createHash, createPublicKey, verify as verifyEd25519 } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";

const help = `Usage: node verify-journal.mjs PATH… --key VKEY [options]

PATH… is a journal directory, which claims to be whole, or some files of a journal
(audit_2026-11-24.jsonl, audit_2026-10-01.jsonl.gz), which claim nothing about the others.

  --key VKEY            the root public key you were given: the text, or @file
  --no-successors       trust no key that took over from that one: it may have been stolen
  --known-heads FILE    heads that were noted earlier, one JSON object a line; or a checkpoint of the anchor log,
                        which must be there then
  --anchors DIR         where anchor.jsonl is, for its heads and tombstones; may be given several times (default:
                        anchor in each directory)
  --all-signatures      as for openrouter-audit verify; here every signature is checked in any case
  --now TIME            when to ask whether a log that was not closed is alive (default: now)
  --json                everything that was found, as JSON

Exit codes: 0 intact, 1 tampered, 2 incomplete, 3 nothing could be judged.

  $ node verify-journal.mjs audit_logs --key openrouter-audit+22527feb+AeDHBp0A…
  $ node verify-journal.mjs audit_2026-11-24.jsonl.gz --key @public-key.txt --known-heads heads.jsonl`;

class Unusable extends Error {} // nothing can be judged: exit code 3
class Refused extends Error {} // a file that is not what a journal is made of

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

/** The key of a name, of the byte 0x01 and the 32 bytes of the public key. */
function keyOf(name, bytes) {
  const id = sha256(name, "\n", bytes).toString("hex", 0, 4);
  const jwk = { kty: "OKP", crv: "Ed25519", x: bytes.subarray(1).toString("base64url") };
  const vkey = `${name}+${id}+${bytes.toString("base64")}`;
  return { vkey, name, id, bytes, publicKey: createPublicKey({ key: jwk, format: "jwk" }) };
}

/** A vkey `<name>+<key id>+<base64 of 0x01 || public key>`; null if it is none. */
function parseKey(vkey) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+)$/.exec(vkey) ?? [];
  const bytes = fromBase64(base64);
  const key = bytes?.length === 33 && bytes[0] === 1 ? keyOf(name, bytes) : null;
  return key?.id === id ? key : null;
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
 * Section "Rotation": trusted are the given key, the keys before it and, unless asked not to, the keys after it. Not what
 * else came after one of the keys before it: a thief of an old key can sign that.
 */
async function trustedKeys(given, directories, successors, findings) {
  const rotations = [];
  for (const directory of directories) {
    const names = (await readdir(directory)).filter((name) => rotationFile.test(name)).sort();
    for (const [index, name] of names.entries()) {
      const rotation = index < 1000 ? await readRotation(directory, name) : null;
      if (rotation) rotations.push(rotation);
      else findings.add("BAD_ROTATION", { file: name, line: 0 });
    }
  }
  const reached = (from, to) => {
    const keys = new Map([[given.vkey, given]]);
    for (const [vkey] of keys) // also those that are added meanwhile
      for (const rotation of rotations)
        if (rotation[from].vkey === vkey) keys.set(rotation[to].vkey, rotation[to]);
    return keys;
  };
  const after = successors ? reached("old", "next") : [];
  return [...new Map([...reached("next", "old"), ...after]).values()];
}

const rotationFile = /^key-rotation-[0-9a-f]{8}-[0-9a-f]{8}\.note$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

async function readRotation(directory, name) {
  const path = join(directory, name);
  const about = await lstat(path);
  if (!about.isFile() || about.size > 8192) return null;
  const bytes = await readFile(path);
  const note = bytes.toString();
  const [old, next] = note.split("\n").slice(1, 3).map(parseKey);
  if (!old || !next || old.vkey === next.vkey || old.name !== next.name) return null;
  if (name !== `key-rotation-${old.id}-${next.id}.note` || !bytes.equals(Buffer.from(note))) return null;
  // Each alone: when both have one key id, the signature of one is none of the other.
  const lines = openNote(note, [old]) && openNote(note, [next]);
  if (lines?.length !== 4 || lines[0] !== "openrouter-audit/key-rotation/v1") return null;
  return rfc3339.test(lines[3]) ? { old, next } : null;
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

const journalFile = /^audit_(\d{4}-\d{2}-\d{2})(_[A-Za-z0-9-]{1,100})?\.jsonl(\.gz)?$/;

/** The files of the given paths in the order in which they are read. */
async function filesOf(paths) {
  const files = [];
  for (const path of paths) {
    const isDirectory = (await stat(path)).isDirectory();
    for (const name of isDirectory ? await readdir(path) : [path]) {
      const day = journalFile.exec(basename(name))?.[1] ?? null;
      if (isDirectory && day === null) continue;
      const file = { path: isDirectory ? join(path, name) : path, name, day, lines: 0 };
      if (paths.length > 1) file.name = file.path;
      // A link in a directory shows what stands elsewhere.
      file.isPlain = !isDirectory || (await lstat(file.path)).isFile();
      file.order = `${day ?? (await firstTimeIn(path))} ${name.endsWith(".gz") ? 1 : 0} ${file.name}`;
      files.push(file);
    }
  }
  return files.sort((a, b) => (a.order < b.order ? -1 : 1));
}

async function firstTimeIn(path) {
  try {
    for await (const { bytes } of linesOf({ path, isPlain: true })) {
      const entry = readEntry(bytes);
      if (entry) return entry.recorded_at;
    }
  } catch {} // It is said when the file is read again.
  return "";
}

const longestLine = 16 << 20;
const joined = (parts) => {
  const line = Buffer.concat(parts);
  return line.length > longestLine ? Buffer.from("too long for an entry") : line;
};

/** The lines of a file that are not empty; `ended` is false for a last one without LF. */
async function* linesOf({ path, isPlain }) {
  if (!isPlain) throw new Refused("is not a plain file");
  const file = createReadStream(path);
  let [number, rest, length] = [1, [], 0];
  for await (const chunk of path.endsWith(".gz") ? unpacked(file, (await stat(path)).size) : file) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const bytes = joined([...rest, chunk.subarray(start, end)]);
      if (bytes.length > 0) yield { bytes, number, ended: true };
      [number, rest, length, start] = [number + 1, [], 0, end + 1];
    }
    if (length <= longestLine) rest.push(chunk.subarray(start));
    length += chunk.length - start;
  }
  if (length > 0) yield { bytes: joined(rest), number, ended: false };
}

async function* unpacked(file, packedSize) {
  const gunzip = file.pipe(createGunzip());
  file.on("error", (error) => gunzip.destroy(error));
  let size = 0;
  try {
    for await (const chunk of gunzip) {
      size += chunk.length;
      if (size > 64 << 20 && size > 200 * packedSize)
        throw new Refused("unpacks to more than a journal does");
      yield chunk;
    }
    if (gunzip.bytesWritten < packedSize) throw new Refused("has other bytes behind its end");
  } catch (error) {
    throw /^Z_/.test(error.code) ? new Refused(`does not unpack: ${error.message}`) : error;
  } finally {
    file.destroy();
  }
}

const base64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
const seal = new RegExp(`^,"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"(${base64})"\\}$`);

/** A line as an entry, with its leaf, root and signature; null when it is none (section "Verification", "In detail"). */
function readEntry(bytes) {
  const end = bytes.lastIndexOf(',"chain_hash":"');
  if (end < 0 || bytes.length - end > 8192) return null;
  const [, root, signature] = seal.exec(bytes.toString("latin1", end)) ?? [];
  if (root === undefined) return null;
  try {
    const { id, log, seq, timestamp, recorded_at, event_type, detail } = JSON.parse(bytes.toString());
    const texts = [id, log, timestamp, recorded_at, event_type];
    if (!texts.every((text) => typeof text === "string") || !Number.isSafeInteger(seq) || seq < 0)
      return null;
    const leaf = Buffer.concat([bytes.subarray(0, end), Buffer.from("}")]);
    return { log, seq, recorded_at, event_type, detail: detail ?? {}, leaf, root, signature };
  } catch {
    return null;
  }
}

function isCanonical(leaf) {
  try {
    return leaf.equals(Buffer.from(canonicalJson(JSON.parse(leaf.toString()))));
  } catch {
    return false; // a lone surrogate, or nested deeper than anything a journal holds
  }
}

// --- Section "Verification": the verdicts ----------------------------------------------------------------------

const verdicts = {
  ROOT_MISMATCH: ["tampered", "the line, or one before it, is not what was sealed"],
  BAD_SIGNATURE: ["tampered", "the signature is not the log key's, or the line follows the end of the log"],
  NOT_CANONICAL: ["tampered", "the leaf is not in JCS form"],
  SEQ_GAP: ["tampered", "lines are missing before this one"],
  SEQ_ORDER: ["tampered", "the line stands after, or before, ones that it should not"],
  FORK: ["tampered", "two different lines claim one seq, or a head names another root than the one found"],
  UNDELEGATED_STREAM: ["tampered", "the key of the log is not certified by the root key"],
  TRUNCATED: ["tampered", "a head proves that the log was longer"],
  MISSING_STREAM: ["tampered", "a head names a log of which nothing is left"],
  UNCLOSED: ["incomplete", "not closed, and silent: a failed write, a crash, or its end was cut off"],
  UNSIGNED_TAIL: ["incomplete", "no signature covers this line, and those of the log after it"],
  TORN_TAIL: ["incomplete", "the line was not finished"],
  FOREIGN_LINE: ["incomplete", "the line is not an entry"],
  MISFILED: ["incomplete", "the line stands in the file of a day before the one on which it was recorded"],
  GAP: ["incomplete", "the log itself states that entries were lost"],
  PARTIAL: ["incomplete", "entries are in files that were not given"],
  REFUSED_FILE: ["incomplete", "the file was not read, or not to its end"],
  UNSUPPORTED: ["incomplete", "the log has a newer seal than this program knows"],
  BAD_LINK: ["note", "a link, or a head in the anchor log, that does not prove itself; it accuses nobody"],
  BAD_ROTATION: ["note", "a rotation note that does not prove itself; no key is trusted because of it"],
  DUPLICATE: ["note", "the same line again"],
};
const mostOfAVerdict = 100;

class Findings {
  list = [];
  counts = {};

  /** `at` is { file, line }; `log` and `seq` are null for what is of none. */
  add(verdict, at, log = null, seq = null, more = "") {
    this.counts[verdict] = (this.counts[verdict] ?? 0) + 1;
    const [result, meaning] = verdicts[verdict];
    const finding = { verdict, result, ...at, seq, log, message: `${meaning}${more && `: ${more}`}` };
    if (this.counts[verdict] <= mostOfAVerdict) this.list.push(finding);
  }

  get result() {
    const results = Object.keys(this.counts).map((verdict) => verdicts[verdict][0]);
    return ["tampered", "incomplete"].find((result) => results.includes(result)) ?? "intact";
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

  say(verdict, { at, seq }, more) {
    this.journal.findings.add(verdict, at, this.origin, seq, more);
    if (verdicts[verdict][0] === "tampered" || verdict === "UNSUPPORTED") this.ended = true;
  }

  judge(line) {
    const { seq, at, leaf, signature } = line;
    const isFirstInFile = this.file !== at.file;
    this.file = at.file;
    if (this.ended) {
      if (this.missing && seq >= this.next && seq < this.missing.seq) this.missing.found.add(seq);
      return;
    }
    if (seq < this.next) return this.judgeAgain(line);
    if (seq > this.next && !(isFirstInFile && this.goOnFrom(line))) {
      this.missing = { seq, at, isFirstInFile, found: new Set() };
      this.ended = true;
      return;
    }
    if (!isCanonical(leaf)) return this.say("NOT_CANONICAL", line);
    if (this.key === null) this.open(line);
    if (this.ended) return;
    if (this.closed) return this.say("BAD_SIGNATURE", line);
    if (this.stretches.length === 0) this.begin(new Tree());
    const { tree, roots, wholes } = this.stretches.at(-1);
    tree.append(leafHash(leaf));
    if (tree.root().toString("base64") !== line.root) return this.say("ROOT_MISMATCH", line);
    roots.push(line.root);
    wholes.push(wholeHash(line));
    this.next += 1;
    this.uncovered.push({ ...line, leaf: null });
    if (signature === "") return;
    const checkpoint = `${this.origin}\n${this.next}\n${line.root}\n`;
    if (!isSignedBy(this.key, checkpoint, signature)) return this.say("BAD_SIGNATURE", line);
    for (const covered of this.uncovered.splice(0)) this.learnFrom(covered);
  }

  begin(tree) {
    const start = tree.root().toString("base64");
    this.stretches.push({ from: tree.size, start, tree, roots: [], wholes: [] });
    this.next = tree.size;
  }

  /** A `seq` that was there before: the line must be the same, byte for byte. */
  judgeAgain(line) {
    const { from, wholes } = this.stretches.findLast((stretch) => stretch.from <= line.seq) ?? {};
    const whole = wholes?.[line.seq - from];
    if (whole === undefined) this.say("SEQ_ORDER", line);
    else this.say(whole === wholeHash(line) ? "DUPLICATE" : "FORK", line);
  }

  /** Lines before the first one in a file are not there: goes on from a tombstone's cut, or from a frontier. */
  goOnFrom(line) {
    const { cuts, whole, findings } = this.journal;
    const deleted = (cuts.get(this.origin) ?? []).filter(({ size }) => size <= line.seq);
    const cut = deleted.find(({ size }) => size === line.seq);
    const frontier = line.event_type === "audit.heartbeat" ? line.detail.frontier : null;
    const tree = Tree.ofFrontier(line.seq, cut ? cut.frontier : frontier);
    if (tree === null) return false;
    const from = Math.max(this.next, ...deleted.map(({ size }) => size));
    const missing = `${from} to ${line.seq - 1}`;
    if (from < line.seq) findings.add(whole ? "SEQ_GAP" : "PARTIAL", line.at, this.origin, line.seq, missing);
    this.sayUnsigned();
    if (cut) this.key ??= cut.key;
    this.begin(tree);
    return true;
  }

  /** The first line: `audit.opened`, or the heartbeat that stands for the lines before it. */
  open(line) {
    const { seal, log_key, delegation } = line.detail;
    if (line.seq === 0 && typeof seal === "number" && seal > 1) return this.say("UNSUPPORTED", line);
    const isOpening = line.event_type === (line.seq === 0 ? "audit.opened" : "audit.heartbeat");
    this.key = isOpening ? delegatedKey(delegation, this.origin, log_key, this.journal.trusted) : null;
    if (this.key === null) this.say("UNDELEGATED_STREAM", line);
  }

  /** Only of lines that a signature covers: anybody can compute the root of a line. */
  learnFrom(line) {
    const { seq, event_type, detail, recorded_at, at } = line;
    const { trusted, days, links } = this.journal;
    this.last = line;
    if (event_type === "audit.closed") this.closed = true;
    const isBeat = event_type === "audit.opened" || event_type === "audit.heartbeat";
    if (isBeat && typeof detail.heartbeat_ms === "number") this.heartbeatMs = detail.heartbeat_ms;
    if (event_type === "audit.gap") this.say("GAP", line, JSON.stringify([detail.count, detail.reason]));
    for (const link of seq === 0 && Array.isArray(detail.links) ? detail.links : []) {
      const head = provenHead(link, trusted);
      if (head) links.push({ ...head, at });
      else this.say("BAD_LINK", line);
    }
    const day = days.get(at.file);
    if (!day || recorded_at.slice(0, 10) <= day || this.misfiledIn === at.file) return;
    this.misfiledIn = at.file;
    this.say("MISFILED", line, recorded_at);
  }

  /** Compares a head that proves itself with what is there. */
  compare({ size, chain_hash, at }) {
    if (this.ended) return;
    const longer = this.journal.whole ? "TRUNCATED" : "PARTIAL";
    if (size > this.next) return this.say(longer, { at, seq: null }, `it had ${size} entries`);
    const { from, start, roots } = this.stretches.findLast((stretch) => stretch.from <= size) ?? {};
    const root = size === from ? start : roots?.[size - from - 1];
    if (root !== undefined && root !== chain_hash) this.say("FORK", { at, seq: null }, `of ${size} entries`);
  }

  sayUnsigned() {
    if (this.uncovered.length > 0) this.say("UNSIGNED_TAIL", this.uncovered[0]);
    this.uncovered = [];
  }

  /** After the last line of the journal, and after its heads. */
  finish() {
    const { now, whole } = this.journal;
    if (this.missing) {
      const { seq, isFirstInFile, found } = this.missing;
      const verdict =
        found.size === seq - this.next ? "SEQ_ORDER" : isFirstInFile && !whole ? "PARTIAL" : "SEQ_GAP";
      this.say(verdict, this.missing, `${this.next} to ${seq - 1}`);
    }
    if (this.ended) return;
    this.sayUnsigned();
    if (this.last === null || this.closed || !whole) return;
    // A time far in the future was written by a wrong clock, and says nothing of being alive.
    const silence = Math.abs(now - Date.parse(this.last.recorded_at));
    if (!(silence <= 2 * this.heartbeatMs)) this.say("UNCLOSED", this.last);
  }
}

const wholeHash = ({ leaf, root, signature }) => sha256(leafHash(leaf), root, signature).toString("latin1");

// --- Sections "Anchors" and "Tombstones": the log whose every line the root key signs ---------------------------

const nowhere = { file: null, line: null };

/** What an anchor log says, up to the first line that is not what was sealed. */
class AnchorLog {
  tree = new Tree();
  lines = []; // of each its hash and root
  origin = null;
  claimed = null; // the origin in the first entry, whether that verifies or not
  key = null;
  newest = null;
  ended = false; // nothing can be said of the lines to come
  tampered = false;
  missing = false;
  heads = new Map(); // by log, the newest
  cuts = new Map(); // by log

  constructor(trusted, findings, within = "") {
    this.within = within; // what the places of its files begin with
    this.trusted = trusted;
    this.keys = anchorKeysOf(trusted);
    this.findings = findings;
  }

  say(verdict, at, seq = null, more = "") {
    this.findings.add(verdict, at, this.origin, seq, more);
    this.tampered ||= verdicts[verdict][0] === "tampered";
  }

  judge({ bytes, number, ended }) {
    if (this.ended) return;
    const at = { file: join(this.within, "anchor.jsonl"), line: number };
    // A line that was cut behind its signature counts.
    const wholes = (ended ? [""] : ["", "}", '"}', '="}']).map((end) =>
      Buffer.concat([bytes, Buffer.from(end)]),
    );
    const line = wholes.map(readEntry).find((entry) => entry && (ended || entry.signature.length >= 92));
    if (!line) return ended ? isRest(bytes) || this.say("FOREIGN_LINE", at) : this.say("TORN_TAIL", at);
    const { log, seq, leaf, root } = line;
    this.claimed ??= log;
    const known = this.lines[seq];
    const hash = leafHash(leaf);
    if (known?.root === root && known.hash.equals(hash)) return this.say("DUPLICATE", at, seq);
    let flaw = known ? "FORK" : seq > this.tree.size ? "SEQ_GAP" : null;
    if (!flaw) {
      this.tree.append(hash);
      this.lines.push({ hash, root });
      flaw = this.flawOf(line);
    }
    this.ended = flaw !== null;
    if (flaw) return this.say(flaw, at, seq);
    this.origin = log;
    this.newest = line.recorded_at;
    this.learnFrom(line, at);
  }

  flawOf({ log, seq, event_type, detail, leaf, root, signature }) {
    const { seal, log_key, delegation } = detail;
    if (!isCanonical(leaf)) return "NOT_CANONICAL";
    if (seq === 0 && typeof seal === "number" && seal > 1) return "UNSUPPORTED";
    if (this.tree.root().toString("base64") !== root) return "ROOT_MISMATCH";
    if (seq === 0 && event_type !== "audit.opened") return "UNDELEGATED_STREAM";
    if (seq > 0 && log !== this.origin) return "FORK";
    if (log_key !== undefined && log_key !== this.key?.vkey) {
      // From here on, this line included, a root key signs that took over.
      const isRoot = this.keys.some(({ vkey }) => vkey === log_key);
      this.key = isRoot ? delegatedKey(delegation, log, log_key, this.trusted) : null;
      if (!this.key) return "UNDELEGATED_STREAM";
    }
    const isSigned = this.key && isSignedBy(this.key, `${log}\n${seq + 1}\n${root}\n`, signature);
    return isSigned ? null : "BAD_SIGNATURE";
  }

  learnFrom({ event_type, detail, seq }, at) {
    const listed = (name, type) => (event_type === type && Array.isArray(detail[name]) ? detail[name] : []);
    for (const head of listed("heads", "audit.anchored")) {
      const before = this.heads.get(head?.log)?.head;
      if (before && before.size === head.size && before.chain_hash !== head.chain_hash)
        this.say("FORK", at, seq);
      if (typeof head?.log === "string" && !(before?.size >= head.size))
        this.heads.set(head.log, { head, at, seq });
    }
    for (const cut of listed("cuts", "audit.deleted")) {
      const { log, size, frontier, newest, closed, head } = cut ?? {};
      const proven = provenHead(head, this.trusted);
      const root = Tree.ofFrontier(size, frontier)?.root().toString("base64");
      if (typeof newest !== "string" || typeof closed !== "boolean" || proven?.log !== log) continue;
      if (proven.size !== size || proven.chain_hash !== root) continue;
      this.cuts.set(log, [...(this.cuts.get(log) ?? []), { size, frontier, closed, key: proven.key }]);
    }
  }

  /** The log must be there, and neither shorter than a state of it that was published, nor another. */
  compare({ log, size, chain_hash }, more, advice = "") {
    if (this.missing) return;
    if (this.claimed !== log) {
      this.missing = true;
      return this.findings.add("MISSING_STREAM", nowhere, log, null, more + advice);
    }
    if (this.ended || this.tampered) return;
    if (size > this.tree.size) this.say("TRUNCATED", nowhere, null, more);
    else if (this.lines[size - 1].root !== chain_hash) this.say("FORK", nowhere, null, more);
  }

  /** The heads that prove themselves. */
  provenHeads() {
    return [...this.heads.values()].flatMap(({ head, at, seq }) => {
      const proven = provenHead(head, this.trusted);
      if (!proven) this.say("BAD_LINK", at, seq);
      return proven ? { ...proven, at } : [];
    });
  }
}

/** What is left of a line that was cut: it means nothing. A loss of power can leave zero bytes. */
function isRest(bytes) {
  if (bytes[0] !== 0x7b) return bytes[0] === 0;
  try {
    JSON.parse(bytes.toString());
    return false;
  } catch {
    return true;
  }
}

const anchorKeysOf = (trusted) => trusted.map(({ name, bytes }) => keyOf(`${name}/anchor`, bytes));

/** What a checkpoint, cosigned or not, says of an anchor log; null when no trusted key signed it. */
function anchorHeadOf(note, keys) {
  const [log, size, chain_hash] = openNote(note, keys) ?? [];
  const isHead = keys.some(({ name }) => name === log) && /^[1-9]\d*$/.test(size);
  return isHead ? { log, size: Number(size), chain_hash } : null;
}

/** The anchor logs in some directories. Where there is none: whoever has a head of one knows that there was one. */
async function readAnchorLogs(directories, trusted, knownHeads, findings) {
  const named = new Map(directories.map((path) => [existsSync(path) ? realpathSync(path) : path, path]));
  const logs = [];
  for (const directory of named.values()) {
    const log = new AnchorLog(trusted, findings, named.size > 1 ? directory : "");
    await readAnchorFiles(directory, log, knownHeads.length > 0);
    logs.push({ directory, log });
  }
  const all = logs.length > 0 ? logs.map(({ log }) => log) : [new AnchorLog(trusted, findings)];
  const known = new Set(knownHeads.map((head) => compareKnown(all, head)));
  return { logs, missing: all.some(({ missing }) => missing), known };
}

/** Logs of journals with one root key have one origin: a head is of any of them. */
function compareKnown(logs, head) {
  const { log: origin, size, chain_hash } = head;
  const named = logs.filter(({ claimed }) => claimed === origin);
  const log =
    named.find(({ lines }) => lines[size - 1]?.root === chain_hash) ??
    named.find(({ ended, tampered }) => ended || tampered) ??
    named.find(({ tree }) => tree.size < size) ??
    named[0] ??
    logs[0];
  log.compare(head, "a known head proves it", ". If it is kept elsewhere: --anchors DIR");
  return log;
}

async function readAnchorFiles(directory, log, isKnown) {
  const path = join(directory, "anchor.jsonl");
  const published = publishedIn(directory);
  // A directory that is not there is more likely a slip in its name.
  const isGone = !existsSync(path) && (published.length > 0 || (isKnown && existsSync(directory)));
  if (!isGone) for await (const line of linesOf({ path, isPlain: true })) log.judge(line);
  for (const name of published) {
    const head = anchorHeadOf(await readFile(join(directory, name), "utf8"), log.keys);
    if (head) log.compare(head, `${join(log.within, name)} proves it`);
  }
}

/** The checkpoints beside an anchor log. */
function publishedIn(directory) {
  const folder = join(directory, "receipts");
  const receipts = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  const copies = receipts
    .filter((name) => name.endsWith(".checkpoint"))
    .map((name) => join("receipts", name));
  return ["checkpoint", ...copies].filter((name) => existsSync(join(directory, name)));
}

/** Whether an anchor log, or what it published, is in a directory. */
const isAnchored = (directory) =>
  existsSync(join(directory, "anchor.jsonl")) || publishedIn(directory).length > 0;

// --- Sections "Verification" and "Heads": a journal --------------------------------------------------------------

/** Judges the lines of every log in the files, then compares the logs with their links and the given heads. */
async function judgeFiles(files, heads, journal) {
  const { findings, days, links, cuts, whole } = journal;
  const logs = new Map();
  for (const file of files) {
    days.set(file.name, file.day);
    try {
      for await (const { bytes, number, ended } of linesOf(file)) {
        file.lines += 1;
        const at = { file: file.name, line: number };
        const entry = readEntry(bytes);
        if (entry && !logs.has(entry.log)) logs.set(entry.log, new Log(entry.log, journal));
        if (entry) logs.get(entry.log).judge({ ...entry, at });
        // It begins with { and does not end in }, nor in CR, which other software has put there.
        const isCut = bytes[0] === 0x7b && ![0x7d, 0x0d].includes(bytes.at(-1));
        if (entry ? !ended : isCut) findings.add("TORN_TAIL", at);
        else if (!entry) findings.add("FOREIGN_LINE", at);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      findings.add("REFUSED_FILE", { file: file.name, line: 0 }, null, null, `it ${error.message}`);
    }
  }
  for (const head of [...links, ...heads]) {
    const { log, size, at } = head;
    const isDeleted = cuts.get(log)?.some((cut) => cut.closed && size <= cut.size);
    if (logs.has(log)) logs.get(log).compare(head);
    else if (whole && !isDeleted) findings.add("MISSING_STREAM", at, log, null, `it had ${size} entries`);
  }
  for (const log of logs.values()) log.finish();
  return logs;
}

/** Known heads, or a checkpoint of the anchor log. A line that does not prove itself makes the whole file worthless. */
async function readKnownHeads(path, trusted) {
  const ofAnchor = anchorHeadOf(await readFile(path, "utf8"), anchorKeysOf(trusted));
  if (ofAnchor) return [ofAnchor];
  const heads = [];
  for await (const { bytes, number } of linesOf({ path, isPlain: true })) {
    let head = null;
    try {
      head = provenHead(JSON.parse(bytes.toString()), trusted);
    } catch {}
    if (!head) throw new Unusable(`${path}:${number}: not a head that this key proves`);
    heads.push({ ...head, at: nowhere });
  }
  return heads;
}

/** Everything that is found in a journal directory, or in single files. `key` is a vkey, `now` in milliseconds. */
async function verifyJournal(paths, { key, successors = true, knownHeads, anchors, now = Date.now() }) {
  const given = parseKey(key.trim());
  if (!given)
    throw new Unusable(
      "the key is not a vkey, <name>+<key id>+<base64>, or its key id is not that of this name and key",
    );
  const directories = [];
  for (const path of paths) if ((await stat(path)).isDirectory()) directories.push(path);
  const whole = directories.length > 0;
  const folders = paths.map((path) => (directories.includes(path) ? path : dirname(path)));
  const findings = new Findings();
  const trusted = await trustedKeys(given, new Set(folders), successors, findings);
  const known = knownHeads ? await readKnownHeads(knownHeads, trusted) : [];
  const ofAnchor = known.filter(({ log }) => log === `${given.name}/anchor`);
  const inJournal = directories.map((directory) => join(directory, "anchor"));
  const where = anchors === undefined ? inJournal.filter(isAnchored) : [anchors].flat();
  const anchor = await readAnchorLogs(where, trusted, ofAnchor, findings);
  const ofAnchors = anchor.logs.flatMap(({ log }) => log.provenHeads());
  const heads = [...known.filter((head) => !ofAnchor.includes(head)), ...ofAnchors];
  const files = await filesOf(paths);
  const cuts = new Map();
  for (const [log, each] of anchor.logs.flatMap((one) => [...one.log.cuts]))
    cuts.set(log, [...(cuts.get(log) ?? []), ...each]);
  const journal = { trusted, findings, now, whole, cuts, days: new Map(), links: [] };
  const logs = await judgeFiles(files, heads, journal);
  // Where somebody knows that there was something, it is an answer that there is nothing.
  const isExpected = (whole && heads.length > 0) || anchor.missing;
  if (!isExpected && files.every(({ lines }) => lines === 0) && !findings.counts.REFUSED_FILE)
    throw new Unusable("there is not a single line, so there is nothing to judge");
  const elsewhere = whole ? 0 : heads.filter(({ log }) => !logs.has(log)).length;
  return {
    result: findings.result,
    key: given.vkey,
    trusted: trusted.map(({ vkey }) => vkey),
    findings: findings.list,
    counts: findings.counts,
    logs: [...logs.values()].map(({ origin, stretches, closed, ended, last }) => ({
      log: origin,
      state: ended ? "not judged to its end" : closed ? "closed" : "not closed",
      entries: stretches.reduce((sum, { roots }) => sum + roots.length, 0),
      last_signed: last && { seq: last.seq, recorded_at: last.recorded_at },
    })),
    files: files.map(({ name, lines }) => ({ file: name, lines })),
    anchors: anchor.logs.map(({ directory, log }) => ({ directory, newest: log.newest })),
    not_checked: [
      "whether the key is the right one: it was taken as it was given",
      heads.length === 0
        ? `whether the end of the newest logs, or a whole log, is gone: ${ofAnchor.length === 0 ? "no head from elsewhere was given" : "no head of them was given, and none is in an anchor log here"}`
        : "whether what came after the heads was cut off, or a log without one taken away",
      ...anchor.logs
        .filter(({ log }) => !anchor.known.has(log))
        .map(
          ({ directory }) =>
            `whether the anchor log in ${directory} is an old copy, put back with the journal: no head or checkpoint of it was given`,
        ),
      !whole && "whether there are other files, before, between or after those given",
      elsewhere > 0 && `${elsewhere} heads, of logs that are not in these files`,
      cuts.size > 0 && "how old entries were when they were deleted",
    ].filter(Boolean),
  };
}

// --- The command -----------------------------------------------------------------------------------------------

/** Text of a journal may hold commands for a terminal, and characters that hide or reorder text. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visible = (text) => text.replace(unsafe, (found) => `\\u{${found.codePointAt(0).toString(16)}}`);
const unit = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const visibleJson = (value) =>
  JSON.stringify(value).replace(unsafe, (found) => found.split("").map(unit).join(""));

function report({ result, key, findings, counts, logs, files, anchors, not_checked }) {
  const places = findings.flatMap(({ verdict, file, line, seq, log, message }) => [
    `${verdict}  ${file ?? "-"}:${line ?? "-"}  seq ${seq ?? "-"}  log ${log ?? "-"}`,
    `    ${message}`,
  ]);
  const tooMany = Object.entries(counts).filter(([, count]) => count > mostOfAVerdict);
  return [
    result.toUpperCase(),
    ...places,
    ...tooMany.map(([verdict, count]) => `${verdict}  ${count} times, of which ${mostOfAVerdict} are above`),
    ...logs.map(
      ({ log, state, entries, last_signed: last }) =>
        `log   ${log}  ${state}, ${entries} entries, the last signed ${last?.recorded_at ?? "-"}`,
    ),
    ...files.map(({ file, lines }) => `file  ${file}  ${lines} lines`),
    ...anchors.map(({ directory, newest }) => `anchor log  ${directory}, the newest entry ${newest ?? "-"}`),
    `key   ${key}`,
    ...not_checked.map((what) => `not checked  ${what}`),
  ];
}

async function main() {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const others = { "known-heads": text, "no-successors": flag, "all-signatures": flag };
  const options = {
    key: text,
    anchors: { ...text, multiple: true },
    now: text,
    json: flag,
    help: flag,
    ...others,
  };
  const { values, positionals: paths } = parseArgs({ options, allowPositionals: true });
  if (values.help) return console.log(help);
  if (paths.length === 0 || !values.key) throw new Unusable(`a path and --key are needed\n\n${help}`);
  const found = await verifyJournal(paths, {
    key: values.key.startsWith("@") ? readFileSync(values.key.slice(1), "utf8") : values.key,
    knownHeads: values["known-heads"],
    anchors: values.anchors,
    successors: !values["no-successors"],
    now: values.now === undefined ? Date.now() : Date.parse(values.now),
  });
  console.log(values.json ? visibleJson(found) : report(found).map(visible).join("\n"));
  process.exitCode = { intact: 0, tampered: 1, incomplete: 2 }[found.result];
}

export { canonicalJson, leafHash, openNote, parseKey, Tree, verifyJournal };

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  main().catch((error) => {
    console.error(error.message.split("\n").map(visible).join("\n"));
    process.exitCode = 3;
  });
