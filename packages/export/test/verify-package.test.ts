import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { holderOf } from "@openrouter-audit/core/seal";
import fc from "fast-check";
import { ZipFile } from "yazl";
import { describeWithDisk, mountDisk } from "../../../test/support/tmpfs.ts";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { copyOf, filesIn, rehash } from "./support/forger.ts";
import { newDirectory, now, root, sealedDays } from "./support/sealed-days.ts";

const period = { since: new Date("2026-11-03"), until: new Date("2026-11-05") };
const key = root.vkey;
let journal: string;
let whole: string;
let some: string;
beforeAll(async () => {
  journal = await sealedDays();
  const place = newDirectory();
  [whole, some] = [join(place, "whole"), join(place, "some")];
  await exportPackage(journal, { ...period, root, now, out: whole });
  await exportPackage(journal, { ...period, root, now, users: ["ada"], out: some });
});

/** The verdicts on a changed copy, with the files that they name. */
async function findings(change: (bag: string) => void, bag = whole): Promise<string[]> {
  const copy = copyOf(bag);
  change(copy);
  const { problems } = await verifyPackage(copy, { key });
  return problems.map(({ verdict, file }) => `${verdict} ${file}`);
}

test("a bit that is changed anywhere in any file of a package is found, and the file is named", async () => {
  const copies = { whole: copyOf(whole), some: copyOf(some) };
  const flips = Object.entries(copies).flatMap(([name, bag]) =>
    filesIn(bag)
      // One proof is like another.
      .filter(
        (file, index, files) =>
          dirname(file) !== dirname(files[index - 1] ?? "") || !file.endsWith(".tlog-proof"),
      )
      .map((file) => ({ name, bag, file })),
  );
  expect(flips.length).toBeGreaterThan(40);
  // Each file once, and some again.
  const sample = fc.sample(
    fc.record({ at: fc.double({ min: 0, max: 0.999999, noNaN: true }), bit: fc.nat(7) }),
    flips.length,
  );
  for (const [index, { bag, file }] of flips.entries()) {
    const path = join(bag, file);
    const bytes = readFileSync(path);
    if (bytes.length === 0) continue;
    const { at, bit } = sample[index]!;
    const changed = Buffer.from(bytes);
    const place = Math.floor(at * bytes.length);
    changed[place] = changed[place]! ^ (1 << bit);
    writeFileSync(path, changed);
    const { result, problems } = await verifyPackage(bag, { key });
    const named = problems.filter((problem) => problem.result === "tampered").map((problem) => problem.file);
    expect([file, place, bit, result, named.includes(file)]).toEqual([file, place, bit, "tampered", true]);
    writeFileSync(path, bytes);
  }
  for (const bag of Object.values(copies)) expect((await verifyPackage(bag, { key })).result).toBe("intact");
}, 60_000);

test("a file that is missing, one that nobody listed, one under another name: each is named", async () => {
  const log = "data/logs/audit_2026-11-03.jsonl";
  expect(await findings((bag) => rmSync(join(bag, log)))).toContain(`FILE_MISSING ${log}`);
  expect(await findings((bag) => writeFileSync(join(bag, "data/more"), ""))).toContain(
    "FILE_UNLISTED data/more",
  );
  expect(await findings((bag) => writeFileSync(join(bag, "NOTE"), ""))).toContain("FILE_UNLISTED NOTE");
  expect(await findings((bag) => renameSync(join(bag, log), join(bag, `${log}x`)))).toEqual(
    expect.arrayContaining([`FILE_MISSING ${log}`, `FILE_UNLISTED ${log}x`]),
  );
});

test("a file that is missing is named once, and what a computer left in the folder is called that", async () => {
  const log = "data/logs/audit_2026-11-03.jsonl";
  expect(
    (await findings((bag) => rmSync(join(bag, log)))).filter((each) => each.startsWith("NOT_A_BAG")),
  ).toEqual([]);
  const copy = copyOf(whole);
  writeFileSync(join(copy, "data/.DS_Store"), "");
  const { result, problems } = await verifyPackage(copy, { key });
  expect([result, problems.find(({ file }) => file === "data/.DS_Store")!.message]).toEqual([
    "tampered",
    expect.stringContaining("Take the package as it came"),
  ]);
});

test("whoever makes the manifests right again is found by the attestation, the seals, the proofs and the counts", async () => {
  const forged = (file: string, change: (text: string) => string) => (bag: string) => {
    writeFileSync(join(bag, file), change(readFileSync(join(bag, file), "utf8")));
    rehash(bag);
  };
  const log = "data/logs/audit_2026-11-03.jsonl";
  const changed = await findings(forged(log, (text) => text.replace('"of ada"', '"of eve"')));
  expect(changed).toEqual(
    expect.arrayContaining(["BAD_ATTESTATION attestation.dsse.json", expect.stringMatching(`^LOGS ${log}:`)]),
  );
  const cut = await findings(
    forged(log, (text) => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1)),
  );
  expect(cut).toContain("COUNTS_DIFFER data/reports/population.json");
  const claimed = "data/reports/population.json";
  expect(await findings(forged(claimed, (text) => text.replace(/"entries": \d+/, '"entries": 1')))).toContain(
    `COUNTS_DIFFER ${claimed}`,
  );
  const entries = "data/logs/entries.jsonl";
  expect(
    await findings(
      forged(entries, (text) => text.replace('"of ada"', '"of eve"')),
      some,
    ),
  ).toContain(`PROOF_FAILED ${entries}:1`);
  const unsigned = await findings((bag) => {
    forged("README-VERIFY.md", () => "trust me")(bag);
    rmSync(join(bag, "attestation.dsse.json"));
  });
  expect(unsigned).toEqual(["NOT_AS_MADE README-VERIFY.md", "NO_ATTESTATION null"]);
});

// As the conformance suite of the Library of Congress has them: https://github.com/LibraryOfCongress/bagit-conformance-suite
test.each<[string, (bag: string) => void, string]>([
  [
    "white space in the declaration",
    (bag) =>
      writeFileSync(join(bag, "bagit.txt"), "BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    "NOT_A_BAG bagit.txt",
  ],
  [
    "a manifest that does not list all files",
    (bag) => writeFileSync(join(bag, "manifest-md5.txt"), ""),
    "FILE_UNLISTED data/keys/public-key",
  ],
  [
    "a file listed twice with the same hash",
    (bag) => twice(bag, (line) => line),
    "NOT_A_BAG manifest-sha256.txt",
  ],
  [
    "a file listed twice with different hashes",
    (bag) => twice(bag, (line) => line.replace(/^./, "f")),
    "NOT_A_BAG manifest-sha256.txt",
  ],
  [
    "a path out of the bag",
    (bag) => twice(bag, () => `${"0".repeat(64)}  ../../etc/passwd\n`),
    "NOT_A_BAG manifest-sha256.txt",
  ],
  [
    "an absolute path",
    (bag) => twice(bag, () => `${"0".repeat(64)}  /etc/passwd\n`),
    "NOT_A_BAG manifest-sha256.txt",
  ],
  [
    "a path at somebody's home",
    (bag) => twice(bag, () => `${"0".repeat(64)}  ~root/.ssh\n`),
    "NOT_A_BAG manifest-sha256.txt",
  ],
  [
    "files to be fetched",
    (bag) => writeFileSync(join(bag, "fetch.txt"), "https://example.com/ - data/x\n"),
    "NOT_A_BAG fetch.txt",
  ],
  ["no payload manifest", (bag) => rmSync(join(bag, "manifest-sha256.txt")), "NOT_A_BAG manifest-sha256.txt"],
])("an invalid bag: %s", async (_what, change, finding) => {
  expect(await findings(change)).toContain(finding);
});

function twice(bag: string, change: (line: string) => string): void {
  const file = join(bag, "manifest-sha256.txt");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text + change(text.slice(0, text.indexOf("\n") + 1)));
}

test("a link in a folder is refused, and what it leads to is not read", async () => {
  const bag = copyOf(whole);
  symlinkSync("/etc/passwd", join(bag, "data/logs/audit_2026-11-05.jsonl"));
  await expect(verifyPackage(bag, { key })).rejects.toMatchObject({
    code: "PACKAGE_UNREADABLE",
    message: expect.stringContaining("a symbolic link"),
  });
});

/** A ZIP of files; names can be put in place of others of the same length, as only an attacker does. */
async function zipOf(
  files: readonly [name: string, content: string | Buffer, mode?: number][],
  rename: [string, string][] = [],
) {
  const zip = new ZipFile();
  for (const [name, content, mode = 0o100600] of files)
    zip.addBuffer(Buffer.from(content as string), name, { mode });
  zip.end();
  let bytes = await buffer(zip.outputStream);
  for (const [from, to] of rename)
    bytes = Buffer.from(
      bytes.toString("latin1").replaceAll(from, Buffer.from(to).toString("latin1")),
      "latin1",
    );
  const place = join(newDirectory(), "in");
  mkdirSync(place);
  const path = join(place, "hostile.zip");
  writeFileSync(path, bytes);
  return path;
}

/** The same with other bytes. */
async function altered(change: (bytes: Buffer) => Buffer): Promise<string> {
  const path = await zipOf([
    ["bag/aa", "x".repeat(40)],
    ["bag/bb", "y"],
  ]);
  writeFileSync(path, change(readFileSync(path)));
  return path;
}

/** What stands in an archive of Node's own, before each file and in the directory. */
const [local, central] = [Buffer.from("PK\u0003\u0004"), Buffer.from("PK\u0001\u0002")];

test.each<[string, () => Promise<string>, RegExp]>([
  [
    "a file that has another name before its data",
    () =>
      altered((bytes) => {
        bytes.write("bag/zz", bytes.indexOf("bag/aa"));
        return bytes;
      }),
    /what stands before a file/,
  ],
  [
    "a file that is encrypted, says what stands before it",
    () =>
      altered((bytes) => {
        const at = bytes.indexOf(local) + 6;
        bytes[at] = bytes[at]! | 1;
        return bytes;
      }),
    /what stands before a file/,
  ],
  [
    "encryption",
    () =>
      altered((bytes) => {
        const at = bytes.indexOf(central) + 8;
        bytes[at] = bytes[at]! | 1;
        return bytes;
      }),
    /encrypted/,
  ],
  [
    "another file before it all",
    () => altered((bytes) => Buffer.concat([bytes, bytes])),
    /something before|between|behind/,
  ],
  [
    "a comment",
    () =>
      altered((bytes) => {
        bytes.writeUInt16LE(5, bytes.length - 2);
        return Buffer.concat([bytes, Buffer.from("hello")]);
      }),
    /comment/,
  ],
  [
    "a file that the directory does not name",
    () =>
      altered((bytes) => {
        // The last file is taken out of the directory, and stays where it is.
        const [first, last] = [bytes.indexOf(central), bytes.lastIndexOf(central)];
        const end = bytes.length - 22;
        const tail = Buffer.from(bytes.subarray(end));
        tail.writeUInt16LE(1, 8);
        tail.writeUInt16LE(1, 10);
        tail.writeUInt32LE(last - first, 12);
        return Buffer.concat([bytes.subarray(0, last), tail]);
      }),
    /behind its files/,
  ],
  ["half of it", () => altered((bytes) => bytes.subarray(0, bytes.length / 2)), /damaged/],
  [
    "a name that leads out",
    () => zipOf([["aa/bb/evil", "x"]], [["aa/bb/evil", "../../evil"]]),
    /relative path|part ".."/,
  ],
  ["an absolute name", () => zipOf([["atmp/evil", "x"]], [["atmp/evil", "/tmp/evil"]]), /absolute/],
  ["a drive of Windows", () => zipOf([["xx/evil", "x"]], [["xx/evil", "C:/evil"]]), /absolute/],
  ["a backslash", () => zipOf([["aa/evil", "x"]], [["aa/evil", "aa\\evil"]]), /backslash|invalid characters/],
  ["somebody's home", () => zipOf([["~root/evil", "x"]]), /begins with ~/],
  ["a folder too many", () => zipOf([["october/bag/bagit.txt", "x"]]), /a folder deeper .*packed again/],
  [
    "a folder of a Mac",
    () =>
      zipOf([
        ["bag/bagit.txt", "x"],
        ["__MACOSX/bag/._bagit.txt", "x"],
      ]),
    /a Mac packed it again/,
  ],
  ["a symbolic link", () => zipOf([["bag/link", "/etc/passwd", 0o120777]]), /symbolic link/],
  ["a device", () => zipOf([["bag/dev", "", 0o020666]]), /no plain file/],
  [
    "one name twice",
    () =>
      zipOf(
        [
          ["bag/a", "x"],
          ["bag/b", "y"],
        ],
        [["bag/b", "bag/a"]],
      ),
    /there twice/,
  ],
  [
    "names that differ in case",
    () =>
      zipOf([
        ["bag/a", "x"],
        ["bag/A", "y"],
      ]),
    /but for case/,
  ],
  [
    "folders that differ in case",
    () =>
      zipOf([
        ["bag/a/x", "x"],
        ["bag/A/y", "y"],
      ]),
    /but for case/,
  ],
  [
    "names that differ in their Unicode form",
    () =>
      zipOf([
        ["bag/\u00e9", "x"],
        ["bag/e\u0301", "y"],
      ]),
    /Unicode form/,
  ],
  [
    "a file that is a folder too",
    () =>
      zipOf([
        ["bag/a", "x"],
        ["bag/a/b", "y"],
      ]),
    /but for case/,
  ],
  [
    "one that is larger than it says",
    async () => {
      const path = await zipOf([["bag/zeros", Buffer.alloc(0x2800)]]);
      const bytes = readFileSync(path).toString("latin1").replaceAll("\0\x28\0\0", "\x0a\0\0\0");
      writeFileSync(path, bytes, "latin1");
      return path;
    },
    /damaged/,
  ],
  [
    "many small bombs",
    () =>
      zipOf(
        Array.from({ length: 8 }, (_, index) => [`bag/${index}`, Buffer.alloc(9 << 20)] as [string, Buffer]),
      ),
    /unpacks to more than/,
  ],
  ["nothing", () => zipOf([]), /empty/],
  [
    "no ZIP",
    async () => {
      const path = join(newDirectory(), "no.zip");
      writeFileSync(path, "PK\u0003\u0004 and nothing more");
      return path;
    },
    /damaged, or no ZIP: [^.]*(\.[^.]+)*\. Nothing of it was used\.$/,
  ],
])("a hostile archive is refused before anything is written: %s", async (_what, make, message) => {
  const path = await make();
  // Others verify at the same time.
  const isOurs = (name: string) => holderOf(join(tmpdir(), name))?.pid === process.pid;
  const ours = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith("openrouter-audit-package-") && isOurs(name));
  await expect(verifyPackage(path, { key })).rejects.toMatchObject({
    code: "PACKAGE_UNREADABLE",
    message: expect.stringMatching(message),
  });
  expect(readdirSync(dirname(path))).toHaveLength(1);
  expect(ours()).toEqual([]);
});

describeWithDisk("a disk that is full", () => {
  test("nothing is left of the package, and the error says why", async () => {
    const disk = mountDisk(96 << 10);
    await expect(
      exportPackage(journal, { ...period, root, now, out: join(disk, "bag.zip") }),
    ).rejects.toMatchObject({
      code: "PACKAGE_UNWRITABLE",
      message: expect.stringContaining("no room left"),
    });
    expect(readdirSync(disk)).toEqual([]);
  });
});
