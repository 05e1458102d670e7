import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { canonicalJson } from "../../core/src/seal/canonical-json.ts";
import { issueDelegation } from "../../core/src/seal/delegation.ts";
import { formatLine } from "../../core/src/seal/line.ts";
import { leafHash, MerkleTree } from "../../core/src/seal/merkle.ts";
import { formatNote, type NoteSigner, newSigner, signerFromSeed } from "../../core/src/seal/signed-note.ts";
import { vectors } from "../../core/test/support/vectors.ts";

// The verifier that is one file, where it is alone: test/interoperability compares it with verifyJournal and with others.

const script = fileURLToPath(new URL("../standalone/verify-journal.mjs", import.meta.url));
const { verifyJournal } = await import(pathToFileURL(script).href);
const time = "2026-11-24T12:00:00.000Z";
const name = "openrouter-audit";
const seed = Buffer.alloc(32, 7);
const root = signerFromSeed(name, seed);
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
});
afterEach(() => rmSync(home, { recursive: true }));

type Detail = Record<string, unknown>;
type Head = ReturnType<SealedLog["headAt"]>;

/** A log that somebody with the root key seals, line by line. */
class SealedLog {
  readonly lines: string[] = [];
  /** By the size of the tree. */
  readonly frontiers: string[][] = [[]];
  readonly #tree = new MerkleTree();
  readonly #roots: string[] = [];
  readonly #signatures: string[] = [];
  readonly key: { readonly log_key: string; readonly delegation: string };

  constructor(
    readonly origin: string,
    rootKey: NoteSigner = root,
    readonly signer = newSigner(origin),
  ) {
    this.key = {
      log_key: signer.vkey,
      delegation: issueDelegation(rootKey, origin, signer.vkey, new Date(time)),
    };
    this.add("audit.opened", { ...this.key, heartbeat_ms: 60_000, links: [], seal: 1 });
  }

  add(event_type: string, detail: Detail | null = null, { signed = true } = {}): this {
    const seq = this.lines.length;
    const place = { log: this.origin, seq, timestamp: time, recorded_at: time };
    const leaf = canonicalJson({ id: `${seq}`, ...place, event_type, detail });
    this.#tree.append(leafHash(leaf));
    this.frontiers.push(this.#tree.frontier.map((root) => root.toString("base64")));
    const hash = this.#tree.rootText();
    const signature = this.signer.sign(`${this.origin}\n${seq + 1}\n${hash}\n`);
    this.#roots.push(hash);
    this.#signatures.push(signature);
    this.lines.push(formatLine(leaf, hash, signed ? signature : ""));
    return this;
  }

  heartbeat(): this {
    return this.add("audit.heartbeat", {
      ...this.key,
      frontier: this.frontiers.at(-1),
      heartbeat_ms: 60_000,
    });
  }

  headAt(size: number) {
    const at = { log: this.origin, size, chain_hash: this.#roots[size - 1]! };
    return { ...at, signature: this.#signatures[size - 1]!, ...this.key };
  }
}

const closedLog = (origin = "openrouter-audit/a/1", key = root) =>
  new SealedLog(origin, key).add("test.event").add("test.event").add("audit.closed");

/** Writes files of lines into `journal` (or another directory) and verifies what is in it. */
function write(files: Record<string, readonly string[]>, directory = "journal"): string {
  mkdirSync(join(home, directory), { recursive: true });
  for (const [file, lines] of Object.entries(files))
    writeFileSync(join(home, directory, file), lines.map((line) => `${line}\n`).join(""));
  return join(home, directory);
}

async function verdicts(paths: string | string[], options: Record<string, unknown> = {}): Promise<string[]> {
  const { result, findings } = await verifyJournal([paths].flat(), {
    key: root.vkey,
    now: Date.parse(time) + 3_600_000,
    ...options,
  });
  return [
    result,
    ...findings.map(({ verdict, line }: Detail) => (line ? `${verdict} ${line}` : verdict)).sort(),
  ];
}

const day = "audit_2026-11-24.jsonl";
const nextDay = "audit_2026-11-25.jsonl";

/** Verdicts with their places, in an order; files as the vectors name them. */
const placesOf = (list: Detail[], directory = "") =>
  list
    .map(
      ({ verdict, seq, file, line }) =>
        `${verdict} ${seq} ${file && String(file).replace(directory && `${directory}/`, "")} ${line}`,
    )
    .sort();

describe("every journal of the vectors", () => {
  const { public_key, now, journals } = JSON.parse(
    readFileSync(join(vectors, "journal/expected.json"), "utf8"),
  );

  test.each(journals as Detail[])(
    "$journal is $result: $description",
    async ({ journal, result, problems }) => {
      const directory = join(vectors, "journal", String(journal));
      const found = await verifyJournal([directory], { key: public_key, now: Date.parse(now) });
      expect([found.result, placesOf(found.findings)]).toEqual([result, placesOf(problems as Detail[])]);
    },
  );
});

describe("everything else of the vectors that it can be asked", () => {
  const { public_key, now, cases } = JSON.parse(
    readFileSync(join(vectors, "verification/expected.json"), "utf8"),
  );
  const notAsked = ["since", "until", "min_retention_days"];
  const asked = (cases as Detail[]).filter((each) => notAsked.every((term) => !(term in each)));

  test.each(asked)(
    "$vector is $result: $description",
    async ({ vector, paths, known_heads, result, problems }) => {
      const directory = join(vectors, "verification", String(vector));
      const inIt = (file: unknown) => join(directory, String(file));
      const found = await verifyJournal((paths as string[] | null)?.map(inIt) ?? [directory], {
        key: public_key,
        now: Date.parse(now),
        ...(known_heads ? { knownHeads: inIt(known_heads) } : {}),
      });
      expect([found.result, placesOf(found.findings, directory)]).toEqual([
        result,
        placesOf(problems as Detail[]),
      ]);
    },
  );
});

describe("the rotations of the vectors", () => {
  const { keys, journals } = JSON.parse(readFileSync(join(vectors, "rotation/expected.json"), "utf8"));
  const vkey = (key: unknown): string => keys[String(key)].public_key;
  const trusts = (journals as Detail[]).flatMap(({ journal, trust, refused, results }) =>
    (trust as Detail[]).map((each) => ({ journal, refused, results, ...each })),
  ) as Detail[];

  test.each(trusts)("$journal, given the $key key, successors: $successors", async (each) => {
    const { journal, key, successors, trusted, refused, results } = each;
    const found = await verifyJournal([join(vectors, "rotation", String(journal))], {
      key: vkey(key),
      successors,
      now: Date.parse("2026-12-01T00:00:00.000Z"),
    });
    expect(found.trusted.sort()).toEqual((trusted as unknown[]).map(vkey).sort());
    const notes = (found.findings as Detail[]).filter(({ verdict }) => verdict === "BAD_ROTATION");
    expect(notes.map(({ file }) => file)).toEqual(refused);
    if (successors) expect(found.result).toBe((results as Detail)[String(key)]);
  });
});

describe("rotated root keys", () => {
  const [older, newer, thief] = [newSigner(name), newSigner(name), newSigner(name)];
  const note = (from: NoteSigner, to: NoteSigner, signers = [from, to]) => {
    const text = `openrouter-audit/key-rotation/v1\n${from.vkey}\n${to.vkey}\n${time}\n`;
    const [first, second] = signers.map((signer) => formatNote(text, name, signer.sign(text)));
    return first! + second!.slice(text.length + 1);
  };
  const idOf = ({ vkey }: NoteSigner) => vkey.split("+")[1];
  const keep = (text: string, from: NoteSigner, to: NoteSigner) =>
    writeFileSync(join(home, "journal", `key-rotation-${idOf(from)}-${idOf(to)}.note`), text);

  beforeEach(() => {
    const logs = [older, root, newer].map((key, index) => closedLog(`${name}/a/${index}`, key).lines);
    write({ [day]: logs.flat() });
    keep(note(older, root), older, root);
    keep(note(root, newer), root, newer);
  });

  test.each([
    ["oldest", older],
    ["middle", root],
    ["newest", newer],
  ])("are all trusted with the %s", async (_which, { vkey: key }) => {
    expect(await verdicts(join(home, "journal"), { key })).toEqual(["intact"]);
  });

  test("are not trusted without a note that both have signed", async () => {
    keep(note(root, newer, [root, thief]), root, newer);
    expect(await verdicts(join(home, "journal"))).toEqual([
      "tampered",
      "BAD_ROTATION",
      "UNDELEGATED_STREAM 9",
    ]);
    expect(await verdicts(join(home, "journal"), { key: newer.vkey })).toEqual([
      "tampered",
      "BAD_ROTATION",
      "UNDELEGATED_STREAM 1",
      "UNDELEGATED_STREAM 5",
    ]);
  });

  test("do not make a key trusted that an older one went on to by itself", async () => {
    write({ [nextDay]: closedLog(`${name}/a/4`, thief).lines });
    keep(note(older, thief), older, thief);
    expect(await verdicts(join(home, "journal"), { key: newer.vkey })).toEqual([
      "tampered",
      "UNDELEGATED_STREAM 1",
    ]);
    expect(await verdicts(join(home, "journal"), { key: older.vkey })).toEqual(["intact"]);
  });
});

describe("known heads", () => {
  const keep = (...heads: unknown[]) => {
    writeFileSync(join(home, "heads"), heads.map((head) => `${JSON.stringify(head)}\n`).join(""));
    return { knownHeads: join(home, "heads") };
  };

  test("prove what was cut, removed or rewritten, and nothing else", async () => {
    const log = closedLog();
    const directory = write({ [day]: log.lines.slice(0, 3) });
    expect(await verdicts(directory, keep(log.headAt(3)))).toEqual(["incomplete", "UNCLOSED 3"]);
    expect(await verdicts(directory, keep(log.headAt(2), log.headAt(4)))).toEqual(["tampered", "TRUNCATED"]);
    const gone = closedLog(`${name}/b/1`);
    const found = await verdicts(directory, keep(gone.headAt(4)));
    expect(found).toEqual(["tampered", "MISSING_STREAM", "UNCLOSED 3"]);
    const other = new SealedLog(log.origin, root, log.signer).add("test.event", { text: "other" });
    expect(await verdicts(directory, keep(other.headAt(2)))).toEqual(["tampered", "FORK"]);
  });

  test("say of single files only that they are not all", async () => {
    const log = closedLog();
    const file = join(write({ [day]: log.lines.slice(0, 3) }), day);
    const options = keep(log.headAt(4), closedLog(`${name}/b/1`).headAt(2));
    expect(await verdicts(file, options)).toEqual(["incomplete", "PARTIAL"]);
  });

  test.each<[string, (head: Head) => unknown]>([
    ["of another size", (head) => ({ ...head, size: 3 })],
    ["of another log", (head) => ({ ...head, log: `${name}/b/1` })],
    ["that is no head", () => null],
  ])("are worthless with one %s, which is named", async (_what, change) => {
    const log = closedLog();
    const directory = write({ [day]: log.lines });
    const options = keep(log.headAt(1), change(log.headAt(2)));
    await expect(verdicts(directory, options)).rejects.toThrow(/heads:2: not a head/);
  });
});

describe("an anchor log", () => {
  const origin = `${name}/anchor`;
  const anchorLog = () => new SealedLog(origin, root, signerFromSeed(origin, seed));
  const cutOf = (log: SealedLog, size: number, more: Detail = {}) => {
    const cut = { log: log.origin, size, frontier: log.frontiers[size], newest: time, closed: false };
    return { ...cut, head: log.headAt(size), ...more };
  };
  const keep = ({ lines }: SealedLog) => ({ anchors: write({ "anchor.jsonl": lines }, "anchor") });

  test("proves with its heads what was cut and removed", async () => {
    const [log, gone] = [closedLog(), closedLog(`${name}/b/1`)];
    const directory = write({ [day]: log.lines.slice(0, 3) });
    expect(await verdicts(directory, keep(anchorLog()))).toEqual(["incomplete", "UNCLOSED 3"]);
    const options = keep(anchorLog().add("audit.anchored", { heads: [log.headAt(4), gone.headAt(1)] }));
    expect(await verdicts(directory, options)).toEqual(["tampered", "MISSING_STREAM 2", "TRUNCATED 2"]);
  });

  test("lets logs begin where its tombstones cut them, and nowhere else", async () => {
    const [log, gone] = [closedLog(), closedLog(`${name}/b/1`)];
    const cuts = [cutOf(log, 2), cutOf(gone, 4, { closed: true })];
    const options = keep(anchorLog().add("audit.deleted", { cuts }));
    expect(await verdicts(write({ [day]: log.lines.slice(2) }), options)).toEqual(["intact"]);
    expect(await verdicts(write({ [day]: log.lines.slice(3) }), options)).toEqual(["tampered", "SEQ_GAP 1"]);
    expect(await verdicts(write({ [day]: log.lines.slice(2) }))).toEqual(["tampered", "SEQ_GAP 1"]);
  });

  test.each<[string, (log: SealedLog) => unknown]>([
    ["a frontier that is not that of its head", (log) => cutOf(log, 2, { frontier: log.frontiers[1] })],
    ["another size", (log) => cutOf(log, 2, { head: log.headAt(3) })],
    ["a head that proves nothing", (log) => cutOf(log, 2, { head: null })],
  ])("cuts nothing with %s", async (_what, cut) => {
    const log = closedLog();
    const options = keep(anchorLog().add("audit.deleted", { cuts: [cut(log)] }));
    const directory = write({ [day]: log.lines.slice(2) });
    expect(await verdicts(directory, options)).toEqual(["tampered", "SEQ_GAP 1"]);
  });

  test("names a head in it that proves nothing, and accuses nobody of it", async () => {
    const head = { ...closedLog(`${name}/b/1`).headAt(2), size: 3 };
    const options = keep(anchorLog().add("audit.anchored", { heads: [head, null] }));
    expect(await verdicts(write({ [day]: closedLog().lines }), options)).toEqual(["intact", "BAD_LINK 2"]);
  });

  test("is read where it stands in the journal, and another one where somebody names it", async () => {
    const log = closedLog();
    const directory = write({ [day]: log.lines.slice(0, 3) });
    write(
      { "anchor.jsonl": anchorLog().add("audit.anchored", { heads: [log.headAt(4)] }).lines },
      "journal/anchor",
    );
    expect(await verdicts(directory)).toEqual(["tampered", "TRUNCATED 2"]);
    expect(await verdicts(directory, keep(anchorLog()))).toEqual(["incomplete", "UNCLOSED 3"]);
    expect(await verdicts(join(directory, day))).toEqual(["intact"]);
  });

  test("or known heads: then a journal that was emptied or removed is missed", async () => {
    const anchored = anchorLog().add("audit.anchored", { heads: [closedLog().headAt(4)] });
    for (const files of [{}, { [day]: [] }]) {
      expect(await verdicts(write(files), keep(anchored))).toEqual(["tampered", "MISSING_STREAM 2"]);
      writeFileSync(join(home, "heads"), JSON.stringify(closedLog().headAt(4)));
      const knownHeads = join(home, "heads");
      expect(await verdicts(write(files), { knownHeads })).toEqual(["tampered", "MISSING_STREAM"]);
      await expect(verdicts(write(files), keep(anchorLog()))).rejects.toThrow(/nothing to judge/);
      await expect(verdicts(`${write({ [day]: [] })}/${day}`, { knownHeads })).rejects.toThrow(
        /nothing to judge/,
      );
    }
  });

  test("must not be other than the checkpoints of it that were published", async () => {
    const directory = write({ [day]: closedLog().lines });
    const [sealed, other] = [
      anchorLog().add("audit.anchored", { heads: [] }),
      anchorLog().add("audit.heartbeat"),
    ];
    const options = keep(sealed);
    const publish = (path: string, { log, size, chain_hash, signature }: Head) => {
      mkdirSync(join(home, "anchor/receipts"), { recursive: true });
      const text = `${log}\n${size}\n${chain_hash}\n`;
      writeFileSync(join(home, "anchor", path), formatNote(text, log, signature));
    };
    publish("checkpoint", sealed.headAt(2));
    publish("receipts/1.checkpoint", sealed.headAt(1));
    // What others sign there means nothing.
    publish("receipts/3.checkpoint", closedLog().headAt(3));
    expect(await verdicts(directory, options)).toEqual(["intact"]);
    expect(await verdicts(directory, keep(anchorLog()))).toEqual(["tampered", "TRUNCATED"]);
    publish("receipts/2.checkpoint", other.headAt(2));
    expect(await verdicts(directory, keep(sealed))).toEqual(["tampered", "FORK"]);
  });

  test("may have lines that were cut while they were written", async () => {
    const { lines } = anchorLog().add("audit.heartbeat").add("audit.heartbeat");
    const directory = write({ [day]: closedLog().lines });
    const options = keep(anchorLog());
    const path = join(home, "anchor/anchor.jsonl");
    const [first, second, third] = lines as [string, string, string];
    writeFileSync(path, [first, second.slice(0, 200), "\0\0\0", second, third.slice(0, -2)].join("\n"));
    expect(await verdicts(directory, options)).toEqual(["intact"]);
    writeFileSync(path, [first, second, third.slice(0, -20)].join("\n"));
    expect(await verdicts(directory, options)).toEqual(["incomplete", "TORN_TAIL 3"]);
    writeFileSync(path, [first, "foreign", second, ""].join("\n"));
    expect(await verdicts(directory, options)).toEqual(["incomplete", "FOREIGN_LINE 2"]);
  });

  test("has every line signed by the root key, and cuts nothing when it is not", async () => {
    const log = closedLog();
    const directory = write({ [day]: log.lines.slice(2) });
    const deleted: [string, Detail] = ["audit.deleted", { cuts: [cutOf(log, 2)] }];
    const unsigned = keep(
      anchorLog()
        .add(...deleted, { signed: false })
        .add("audit.anchored", { heads: [] }),
    );
    expect(await verdicts(directory, unsigned)).toEqual(["tampered", "BAD_SIGNATURE 2", "SEQ_GAP 1"]);
    const other = keep(new SealedLog(origin, root, newSigner(origin)).add(...deleted));
    expect(await verdicts(directory, other)).toEqual(["tampered", "SEQ_GAP 1", "UNDELEGATED_STREAM 1"]);
  });

  test("of which somebody knew more, is cut itself", async () => {
    const anchor = anchorLog().add("audit.anchored", { heads: [] });
    writeFileSync(join(home, "heads"), JSON.stringify(anchor.headAt(2)));
    const options = { knownHeads: join(home, "heads"), ...keep(anchorLog()) };
    expect(await verdicts(write({ [day]: closedLog().lines }), options)).toEqual(["tampered", "TRUNCATED"]);
    const { log, size, chain_hash, signature } = anchor.headAt(2);
    writeFileSync(join(home, "heads"), formatNote(`${log}\n${size}\n${chain_hash}\n`, log, signature));
    expect(await verdicts(join(home, "journal"), options)).toEqual(["tampered", "TRUNCATED"]);
  });

  test("of which somebody knew, and which is not there, is missing, with what it knew of the journal", async () => {
    const log = closedLog();
    const anchor = anchorLog().add("audit.anchored", { heads: [log.headAt(4)] });
    writeFileSync(join(home, "heads"), JSON.stringify(anchor.headAt(2)));
    const knownHeads = join(home, "heads");
    const directory = write({ [day]: log.lines });
    const missing = ["tampered", "MISSING_STREAM"];
    for (const paths of [directory, join(directory, day), write({}, "emptied")])
      expect(await verdicts(paths, { knownHeads })).toEqual(missing);
    for (const lines of [[], ["foreign"], log.lines]) {
      const anchors = write({ "anchor.jsonl": lines }, "other");
      expect(await verdicts(directory, { knownHeads, anchors })).toContain("MISSING_STREAM");
    }
    expect(await verdicts(directory, { knownHeads, anchors: write({}, "nothing") })).toEqual(missing);
    await expect(verdicts(directory, { knownHeads, anchors: join(home, "nowhere") })).rejects.toThrow(
      /ENOENT/,
    );
    expect(await verdicts(directory, { knownHeads, ...keep(anchor) })).toEqual(["intact"]);
    // What it published itself, beside it.
    mkdirSync(join(directory, "anchor"));
    const { log: name, size, chain_hash, signature } = anchor.headAt(2);
    const note = formatNote(`${name}\n${size}\n${chain_hash}\n`, name, signature);
    writeFileSync(join(directory, "anchor/checkpoint"), note);
    expect(await verdicts(directory)).toEqual(missing);

    rmSync(join(directory, "anchor"), { recursive: true });
    const { not_checked, findings } = await verifyJournal([directory], { key: root.vkey, knownHeads });
    expect(not_checked.join()).not.toMatch(/no head from elsewhere/);
    expect(findings).toEqual([
      expect.objectContaining({
        log: origin,
        message: expect.stringMatching(/a known head proves it\. If it is kept elsewhere: --anchors DIR$/),
      }),
    ]);
  });
});

describe("lines that are missing", () => {
  test("between files are gone on from, and the line that stands for them is named", async () => {
    const sealed = new SealedLog(`${name}/a/1`)
      .add("test.event")
      .add("test.event")
      .heartbeat()
      .add("audit.closed");
    const directory = write({ [day]: sealed.lines.slice(0, 2), [nextDay]: sealed.lines.slice(3) });
    expect(await verdicts(directory)).toEqual(["tampered", "SEQ_GAP 1"]);
    const files = [join(directory, day), join(directory, nextDay)];
    expect(await verdicts(files)).toEqual(["incomplete", "PARTIAL 1"]);
    expect(await verdicts(files[1]!)).toEqual(["incomplete", "PARTIAL 1"]);
    write({ [nextDay]: [sealed.lines[3]!, sealed.lines[4]!.replace("closed", "clothed")] });
    expect(await verdicts(files[1]!)).toEqual(["tampered", "PARTIAL 1", "ROOT_MISMATCH 2"]);
  });

  test("leave unsigned lines before them unbelieved, whatever is signed behind them", async () => {
    const sealed = new SealedLog(`${name}/a/1`);
    // Whoever has no key can make this line, with the root that it must have.
    sealed.add("audit.gap", { count: 1_000, reason: "forged" }, { signed: false });
    const rest = new SealedLog(`${name}/a/1`, root, sealed.signer)
      .add("test.event")
      .add("test.event")
      .heartbeat();
    const directory = write({ [day]: [rest.lines[0]!, sealed.lines[1]!], [nextDay]: rest.lines.slice(3) });
    const files = [join(directory, day), join(directory, nextDay)];
    expect(await verdicts(files)).toEqual(["incomplete", "PARTIAL 1", "UNSIGNED_TAIL 2"]);
  });

  test("inside a file end what can be said", async () => {
    const { lines } = closedLog();
    expect(await verdicts(write({ [day]: lines.toSpliced(1, 1) }))).toEqual(["tampered", "SEQ_GAP 2"]);
  });
});

describe("what was not checked is said", () => {
  const said = async (paths: string[], options = {}): Promise<string> =>
    (await verifyJournal(paths, { key: root.vkey, ...options })).not_checked.join("\n");

  test("for each kind of evidence that was not there", async () => {
    const log = closedLog();
    const directory = write({ [day]: log.lines });
    const alone = await said([directory]);
    expect(alone).toMatch(/^whether the key is the right one/);
    expect(alone).toMatch(/no head from elsewhere was given/);
    expect(await said([join(directory, day)])).toMatch(/whether there are other files/);

    writeFileSync(join(home, "heads"), JSON.stringify(log.headAt(4)));
    const origin = `${name}/anchor`;
    const anchored = new SealedLog(origin, root, signerFromSeed(origin, seed));
    anchored.add("audit.anchored", { heads: [log.headAt(4)] });
    write({ "anchor.jsonl": anchored.lines }, "journal/anchor");
    expect(await said([directory])).toMatch(/is an old copy/);
    expect(await said([directory])).not.toMatch(/no head from elsewhere/);
    writeFileSync(join(home, "heads"), JSON.stringify(anchored.headAt(2)));
    expect((await said([directory], { knownHeads: join(home, "heads") })).split("\n")).toEqual([
      alone.split("\n")[0],
      "whether what came after the heads was cut off, or a log without one taken away",
    ]);
  });
});

describe("files", () => {
  test("that are no archive, more than one, or far too large, are refused, and what was read before counts", async () => {
    const { lines } = closedLog();
    const directory = write({ [day]: lines });
    const text = lines.map((line) => `${line}\n`).join("");
    const archive = join(directory, "audit_2026-11-25.jsonl.gz");
    for (const bytes of [
      Buffer.from(text),
      gzipSync(text).subarray(0, -9),
      Buffer.concat([gzipSync(text), Buffer.from("more")]),
      gzipSync(Buffer.alloc(100 << 20)),
    ]) {
      writeFileSync(archive, bytes);
      expect(await verdicts(directory)).toEqual(expect.arrayContaining(["incomplete", "REFUSED_FILE"]));
    }
    writeFileSync(archive, gzipSync(text));
    expect((await verdicts(directory))[0]).toBe("intact");
  });

  test("with a line of many megabytes are read on behind it", async () => {
    const directory = write({ [day]: [`{${"a".repeat(17 << 20)}`, ...closedLog().lines] });
    expect(await verdicts(directory)).toEqual(["incomplete", "FOREIGN_LINE 1"]);
  });
});

describe("the command", () => {
  const run = (...words: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [script, ...words], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  test("ends with 0, 1 or 2, and prints what it found or, on request, JSON", async () => {
    const { lines } = closedLog();
    const given = [write({ [day]: lines }), "--key", root.vkey];
    expect(await run(...given)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^INTACT\n/) });
    write({ [day]: [...lines, "foreign"] });
    const { code, stdout } = await run(...given, "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      expect.objectContaining({
        result: "incomplete",
        findings: [expect.objectContaining({ verdict: "FOREIGN_LINE", file: day, line: 5 })],
      }),
    ]);
    write({ [day]: lines.toSpliced(1, 1) });
    expect(await run(...given)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^TAMPERED\nSEQ_GAP [\s\S]*\nnot checked {2}whether the key is the right one/,
      ),
    });
  });

  test("shows nothing that a journal says to the terminal as it is", async () => {
    const log = new SealedLog(`${name}/\u001b[2J\u202e/1`);
    log.add("audit.gap", { count: 1, reason: "\u001b]0;x\u0007\n\u2028\ud83d\ude00\udb40\udc41" });
    const given = [write({ [day]: log.lines }), "--key", root.vkey];
    for (const words of [given, [...given, "--json"]]) {
      const { stdout, code } = await run(...words);
      expect(code).toBe(2);
      expect(stdout).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
      expect(stdout).toContain("GAP");
    }
  });

  test.each<[string, () => string[], RegExp]>([
    ["no path", () => ["--key", root.vkey], /a path and --key are needed/],
    ["no key", () => [write({ [day]: closedLog().lines })], /a path and --key are needed/],
    ["a key that is none", () => [write({ [day]: closedLog().lines }), "--key", "x"], /not a vkey/],
    ["nothing there", () => [join(home, "missing"), "--key", root.vkey], /ENOENT/],
    ["not a line", () => [write({ [day]: [] }), "--key", root.vkey], /nothing to judge/],
    ["what it does not know", () => ["--what"], /--what/],
  ])("ends with 3 when it is given %s, and says so", async (_what, words, message) => {
    expect(await run(...words())).toEqual({ code: 3, stdout: "", stderr: expect.stringMatching(message) });
  });

  test("trusts no key that took over when it is told so, and reads the anchor log that is named", async () => {
    const rotation = join(vectors, "rotation/sound");
    const { keys } = JSON.parse(readFileSync(join(vectors, "rotation/expected.json"), "utf8"));
    const given = [rotation, "--key", keys.first.public_key];
    expect((await run(...given)).code).toBe(0);
    expect((await run(...given, "--no-successors")).code).toBe(1);
    expect(await run(...given, "--anchors", home)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("anchor.jsonl"),
    });
  });

  test("teaches itself", async () => {
    expect(await run("--help")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: node verify-journal/),
    });
  });
});

test("what is no plain file has no rotation in it, and nobody waits for it", async () => {
  const log = new SealedLog(`${name}/host/1`).add("audit.closed");
  writeFileSync(join(home, "audit_2026-11-24.jsonl"), log.lines.map((line) => `${line}\n`).join(""));
  execFileSync("mkfifo", [join(home, "key-rotation-00000000-11111111.note")]);
  mkdirSync(join(home, "key-rotation-00000000-22222222.note"));
  expect((await verifyJournal([home], { key: root.vkey })).result).toBe("intact");
});

test("an archive that does not unpack is refused, also when its name has no day", async () => {
  const path = join(home, "archive.gz");
  writeFileSync(path, "no archive");
  const { findings } = await verifyJournal([path], { key: root.vkey });
  expect(findings.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["REFUSED_FILE"]);
});
