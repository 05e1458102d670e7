import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { trustedKeys, verifyJournal } from "../src/index.ts";
import { idOf, rotationFile, rotationText } from "../src/keys/rotation-note.ts";
import { rootSignerOf } from "../src/privacy/secret.ts";
import { formatNote, type NoteSigner, newSigner, signerFromSeed } from "../src/seal/signed-note.ts";
import { forge } from "./support/attacks.ts";
import { newDirectory, secret, writeLog } from "./support/journals.ts";

const name = "openrouter-audit";
const time = new Date("2026-11-25T12:00:00.000Z");
const keyOf = (number: number) => {
  const seed = Buffer.alloc(32);
  seed.writeUInt32BE(number);
  return signerFromSeed(name, seed);
};

function noteOf(from: NoteSigner, to: NoteSigner, text = rotationText(from.vkey, to.vkey, time)): string {
  return `${formatNote(text, name, from.sign(text))}\u2014 ${name} ${to.sign(text)}\n`;
}

function rotated(
  directory: string,
  from: NoteSigner,
  to: NoteSigner,
  note: string | Buffer = noteOf(from, to),
): string {
  const file = rotationFile(from.vkey, to.vkey);
  writeFileSync(join(directory, file), note);
  return file;
}

/** A directory with these rotations between keys by number. */
function rotations(...pairs: [number, number][]): string {
  const directory = newDirectory();
  for (const [from, to] of pairs) rotated(directory, keyOf(from), keyOf(to));
  return directory;
}

const trust = (directory: string, key: number, successors = true) =>
  trustedKeys(directory, keyOf(key).vkey, { successors }).keys.map(
    ({ vkey, relation }) => `${relation} ${[0, 1, 2, 3, 4, 5].find((each) => keyOf(each).vkey === vkey)}`,
  );

describe("who trusts a key trusts", () => {
  test("no other without a rotation", () => {
    expect(trust(rotations([1, 2]), 3)).toEqual(["given 3"]);
  });

  test("those before it and those after it, through all notes", () => {
    const directory = rotations([3, 4], [1, 2], [0, 1], [2, 3]);
    expect(trust(directory, 2)).toEqual([
      "given 2",
      "predecessor 1",
      "predecessor 0",
      "successor 3",
      "successor 4",
    ]);
  });

  test("not those after it when it may have been stolen", () => {
    expect(trust(rotations([1, 2], [2, 3]), 2, false)).toEqual(["given 2", "predecessor 1"]);
  });

  test("not the key to which a thief of an old one rotated it, which only the old one leads to", () => {
    const directory = rotations([1, 2], [1, 3], [3, 4]);
    expect(trust(directory, 2)).toEqual(["given 2", "predecessor 1"]);
    expect(trust(directory, 1)).toEqual(
      expect.arrayContaining(["successor 2", "successor 3", "successor 4"]),
    );
    expect(trust(directory, 1, false)).toEqual(["given 1"]);
  });

  test("not a key that merely says it took over from somebody, together with its successor", () => {
    // A stranger's key 4 that rotates to our successor 2 needs the signature of 2, and gives it nothing to vouch for.
    expect(trust(rotations([1, 2], [4, 2]), 1)).toEqual(["given 1", "successor 2"]);
  });

  test("each key once, also when the notes go round", () => {
    expect(trust(rotations([1, 2], [2, 3], [3, 1]), 1)).toEqual([
      "given 1",
      "predecessor 3",
      "predecessor 2",
    ]);
  });

  test("exactly the keys on ways that lead to it, and on ways that lead from it", () => {
    const pair = fc.tuple(fc.nat(5), fc.nat(5)).filter(([from, to]) => from !== to);
    fc.assert(
      fc.property(fc.uniqueArray(pair, { maxLength: 12, selector: String }), fc.nat(5), (pairs, given) => {
        const reachable = (from: number, to: number, seen: readonly number[] = []): boolean =>
          pairs.some(
            ([older, newer]) =>
              older === from &&
              (newer === to || (!seen.includes(newer) && reachable(newer, to, [...seen, newer]))),
          );
        const others = [0, 1, 2, 3, 4, 5].filter((key) => key !== given);
        const before = others.filter((key) => reachable(key, given));
        const after = others.filter((key) => !before.includes(key) && reachable(given, key));
        expect(trust(rotations(...pairs), given).sort()).toEqual(
          [
            `given ${given}`,
            ...before.map((key) => `predecessor ${key}`),
            ...after.map((key) => `successor ${key}`),
          ].sort(),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("every key of a long life, however long", () => {
    const directory = newDirectory();
    const keys = Array.from({ length: 1001 }, (_none, number) => keyOf(number));
    for (let index = 1; index < keys.length; index += 1) rotated(directory, keys[index - 1]!, keys[index]!);
    const { keys: trusted, refused } = trustedKeys(directory, keys.at(-1)!.vkey);
    expect(trusted.map(({ vkey }) => vkey)).toEqual(keys.map(({ vkey }) => vkey).reverse());
    expect(refused).toEqual([]);
  });
});

describe("a note is refused by name, and leads nowhere, when", () => {
  const [one, two, three] = [keyOf(1), keyOf(2), keyOf(3)];
  const file = rotationFile(one.vkey, two.vkey);
  const good = noteOf(one, two);
  const text = rotationText(one.vkey, two.vkey, time);
  const signedBy = (...signers: NoteSigner[]) =>
    `${text}\n${signers.map((each) => `\u2014 ${name} ${each.sign(text)}\n`).join("")}`;
  const other = (from: string, to: string) => noteOf(one, two, text.replace(from, to));
  const elsewhere = newSigner("elsewhere");

  test.each<[string, string | Buffer, RegExp]>([
    ["it is empty", "", /no rotation note/],
    ["it is no note", "rubbish\n", /no rotation note/],
    ["only the old key signed", signedBy(one), new RegExp(`signature of ${idOf(two.vkey)}`)],
    ["only the new key signed", signedBy(two), new RegExp(`signature of ${idOf(one.vkey)}`)],
    ["a third signed for the new key", signedBy(one, three), /is missing or wrong/],
    ["a signature was changed", good.replace(/.{10}\n$/, "AAAAAAAAA=\n"), /missing or wrong/],
    ["the text was changed", good.replace("2026", "2025"), /missing or wrong/],
    ["it has another header", other("key-rotation", "log-delegation"), /no rotation note/],
    ["it has one line more", other("Z\n", "Z\nand more\n"), /no rotation note/],
    ["its time is none", other(time.toISOString(), "yesterday"), /no rotation note/],
    ["a key in it is none", other(two.vkey, "somebody"), /not a vkey/],
    ["its keys are one", noteOf(one, one), /two keys/],
    ["its keys have two names", noteOf(one, elsewhere), /of the same name/],
    ["it is the note of other keys", noteOf(one, three), /name is not that of the keys/],
    ["it is turned round", noteOf(two, one), /name is not that of the keys/],
    ["a thousand keys signed it", good + `\u2014 ${name} ${three.sign(text)}\n`.repeat(1000), /at most 8192/],
    ["it is huge", good + "x".repeat(10_000_000), /at most 8192/],
    ["it is not UTF-8", Buffer.from(`${good}\xff`, "latin1"), /UTF-8/],
  ])("%s", (_what, note, reason) => {
    const directory = newDirectory();
    rotated(directory, one, two, note);
    const found = trustedKeys(directory, one.vkey);
    expect(found.keys.map(({ vkey }) => vkey)).toEqual([one.vkey]);
    expect(found.notes).toEqual([]);
    expect(found.refused).toEqual([{ file, reason: expect.stringMatching(reason) }]);
  });

  test("it is more, or less, than a file", () => {
    const directory = newDirectory();
    const elsewhere = newDirectory();
    rotated(elsewhere, one, two);
    symlinkSync(join(elsewhere, file), join(directory, file));
    mkdirSync(join(directory, rotationFile(two.vkey, three.vkey)));
    execFileSync("mkfifo", [join(directory, rotationFile(three.vkey, one.vkey))]);
    symlinkSync("nowhere", join(directory, rotationFile(three.vkey, two.vkey)));
    const { keys, refused } = trustedKeys(directory, two.vkey);
    expect(keys).toHaveLength(1);
    expect(refused.map(({ reason }) => reason).sort()).toEqual([
      "it is a symbolic link",
      "it is a symbolic link",
      "it is no plain file of at most 8192 bytes",
      "it is no plain file of at most 8192 bytes",
    ]);
  });

  test("a thousand come before it", () => {
    const directory = newDirectory();
    const digits = (number: number) => number.toString(16).padStart(8, "0");
    for (let number = 0; number < 1001; number += 1)
      writeFileSync(join(directory, `key-rotation-00000000-${digits(number)}.note`), "x");
    rotated(directory, one, two);
    const { keys, refused } = trustedKeys(directory, two.vkey);
    expect(keys).toHaveLength(1);
    expect(refused).toHaveLength(1002);
    expect(refused.at(-1)).toEqual({ file, reason: "only the first 1000 notes of a journal are read" });
  });
});

test("what has another name is no note, and other signatures under a note mean nothing", () => {
  const directory = newDirectory();
  const [one, two, three] = [keyOf(1), keyOf(2), keyOf(3)];
  const note = noteOf(one, two);
  const witnessed = `${note}\u2014 ${name} ${three.sign(rotationText(one.vkey, two.vkey, time))}\n`;
  rotated(directory, one, two, witnessed);
  for (const other of [
    ".note",
    "key-rotation.note",
    "key-rotation-1-2.note",
    "KEY-ROTATION-00000000-00000000.NOTE",
  ])
    writeFileSync(join(directory, other), note);
  const { notes, refused } = trustedKeys(directory, two.vkey);
  expect([notes.length, refused]).toEqual([1, []]);
});

test("a log that a thief of an old key certified with a key of their own is nobody's for who trusts the new key", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  const [old, current, thief] = [secret, "2".repeat(32), "3".repeat(32)].map((each) =>
    rootSignerOf(each, name),
  ) as [NoteSigner, NoteSigner, NoteSigner];
  rotated(directory, old, current);
  rotated(directory, old, thief);
  const day = "audit_2026-11-01.jsonl";
  writeFileSync(
    join(directory, day),
    `${forge("3".repeat(32), ["audit.opened", "audit.closed"]).join("\n")}\n`,
  );
  const verdicts = async (key: NoteSigner) => {
    const { problems } = await verifyJournal(directory, { key: key.vkey });
    return problems.filter(({ result }) => result === "tampered").map(({ verdict }) => verdict);
  };
  expect(await verdicts(current)).toEqual(["UNDELEGATED_STREAM"]);
  expect(await verdicts(old)).toEqual([]);
});
