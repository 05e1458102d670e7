import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "../src/index.ts";
import { edited, forge, rehash, swapped, unsignedNext, without } from "./support/attacks.ts";
import {
  journalFilesIn,
  linesIn,
  newDirectory,
  openLog,
  otherSecret,
  writeLines,
  writeLog,
} from "./support/journals.ts";

/** Two logs one after the other, in lines 1 to 6 and 7 to 12; the second links the first. */
const sound = newDirectory();
const later = () => ({ now: new Date(Date.now() + 3_600_000) });

beforeAll(async () => {
  await writeLog(sound, 4, "first");
  await writeLog(sound, 4, "second");
});

const attacks: [name: string, attack: (lines: string[]) => string[] | string, expected: string[]][] = [
  ["nothing", (lines) => lines, []],
  ["a word is edited", (lines) => edited(lines, 3, "first 1", "fjrst 1"), ["ROOT_MISMATCH 3"]],
  [
    "a time of the first entry is edited",
    (lines) => edited(lines, 1, /"pid":\d+/, '"pid":1'),
    ["ROOT_MISMATCH 1"],
  ],
  [
    "a root is edited",
    (lines) => edited(lines, 2, /"chain_hash":"./, '"chain_hash":"_'),
    ["SEQ_GAP 3", "FOREIGN_LINE 2"],
  ],
  [
    "a root is exchanged for another",
    (lines) => edited(lines, 2, /"chain_hash":"[^"]+/, /"chain_hash":"[^"]+/.exec(lines[3]!)![0]),
    ["ROOT_MISMATCH 2"],
  ],
  [
    "a signature is exchanged for another",
    (lines) => edited(lines, 2, /"signature":"[^"]+/, /"signature":"[^"]+/.exec(lines[3]!)![0]),
    ["BAD_SIGNATURE 2"],
  ],
  ["spaces are added", (lines) => edited(lines, 2, '"log":', '"log": '), ["NOT_CANONICAL 2"]],
  [
    "a member is given twice",
    (lines) => edited(lines, 2, '"status":', '"status":"error","status":'),
    ["NOT_CANONICAL 2"],
  ],
  ["a line is deleted", (lines) => without(lines, 3), ["SEQ_GAP 3"]],
  ["the first line is deleted", (lines) => without(lines, 1), ["SEQ_GAP 1"]],
  [
    "two lines are deleted, and one of them stands later, twice",
    (lines) => [...without(lines, 2, 3), lines[1]!, lines[1]!],
    ["SEQ_GAP 2"],
  ],
  ["two lines change places", (lines) => swapped(lines, 3, 4), ["SEQ_ORDER 3"]],
  [
    "a whole log stands backwards",
    (lines) => [...lines.slice(0, 6).reverse(), ...lines.slice(6)],
    ["SEQ_ORDER 1"],
  ],
  ["a line stands twice", (lines) => [...lines.slice(0, 3), lines[2]!, ...lines.slice(3)], ["DUPLICATE 4"]],
  [
    "a line stands twice, with another signature",
    (lines) => [
      ...lines,
      edited(lines, 12, /"signature":"[^"]+/, /"signature":"[^"]+/.exec(lines[10]!)![0])[11]!,
    ],
    ["FORK 13"],
  ],
  [
    "a line stands twice, with another root",
    (lines) => [
      ...lines,
      edited(lines, 12, /"chain_hash":"[^"]+/, /"chain_hash":"[^"]+/.exec(lines[10]!)![0])[11]!,
    ],
    ["FORK 13"],
  ],
  [
    "a line stands twice, with other words",
    (lines) => [...lines, edited(lines, 9, "second", "fourth")[8]!],
    ["FORK 13"],
  ],
  ["two lines of two logs change places", (lines) => swapped(lines, 3, 9), ["SEQ_ORDER 4", "SEQ_ORDER 3"]],
  [
    "a line is moved to the other log",
    (lines) => edited(lines, 3, JSON.parse(lines[2]!).log, JSON.parse(lines[8]!).log),
    ["SEQ_GAP 4", "SEQ_ORDER 3"],
  ],
  ["the end of a linked log is cut", (lines) => without(lines, 5, 6), ["TRUNCATED 5"]],
  ["the end of the newest log is cut", (lines) => without(lines, 11, 12), ["UNCLOSED 10"]],
  ["a linked log is deleted", (lines) => lines.slice(6), ["MISSING_STREAM 1"]],
  ["the newest log is deleted: nobody can tell", (lines) => lines.slice(0, 6), []],
  [
    "a log is written anew without the key",
    (lines) =>
      rehash(lines, 2, (entry) => {
        entry.user_id = "eve";
      }),
    ["BAD_SIGNATURE 3"],
  ],
  [
    "a linked log is written anew without the key, and unsigned",
    (lines) =>
      rehash(lines, 2, (entry) => {
        entry.user_id = "eve";
      }).map((line, index) =>
        index < 6 && index > 1 ? line.replace(/"signature":"[^"]+"/, '"signature":""') : line,
      ),
    ["FORK 7"],
  ],
  [
    "a log of another secret is added",
    (lines) => [...lines, ...forge(otherSecret, ["audit.opened", "x"])],
    ["UNDELEGATED_STREAM 13"],
  ],
  [
    "a log that delegates itself is added",
    (lines) => [...lines, ...forge(null, ["audit.opened", "x"])],
    ["UNDELEGATED_STREAM 13"],
  ],
  [
    "a log without audit.opened is added",
    (lines) => [...lines, ...forge(otherSecret, ["x"])],
    ["UNDELEGATED_STREAM 13"],
  ],
  [
    "an unsigned line is added after the end",
    (lines) => [...lines, unsignedNext(lines, 12)],
    ["BAD_SIGNATURE 13"],
  ],
  [
    "an unsigned line is added where the end was cut",
    (lines) => [...lines.slice(0, 11), unsignedNext(lines, 11)],
    ["UNSIGNED_TAIL 12", "UNCLOSED 11"],
  ],
  [
    "a foreign line is added",
    (lines) => [...lines.slice(0, 4), "who wrote this?", ...lines.slice(4)],
    ["FOREIGN_LINE 5"],
  ],
  ["an empty line is added", (lines) => [...lines.slice(0, 4), "", ...lines.slice(4)], []],
  ["a fragment is added", (lines) => [...lines, lines[2]!.slice(0, 99)], ["TORN_TAIL 13"]],
  ["the last line end is taken away", (lines) => lines.join("\n"), ["TORN_TAIL 12"]],
  [
    "lines end in CR LF",
    (lines) => `${lines.join("\r\n")}\r\n`,
    Array.from({ length: 12 }, (_, index) => `FOREIGN_LINE ${index + 1}`),
  ],
  ["everything is garbage", () => "\u0000\u0001garbage", ["FOREIGN_LINE 1"]],
];

test.each(attacks)("when %s, verification says so", async (_name, attack, expected) => {
  const directory = newDirectory();
  cpSync(sound, directory, { recursive: true });
  const result = attack(linesIn(directory));
  if (typeof result === "string") writeFileSync(join(directory, journalFilesIn(directory)[0]!), result);
  else writeLines(directory, result);
  const { problems, ...found } = await verifyJournal(directory, later());
  expect(problems.map(({ verdict, at }) => `${verdict} ${at?.line}`)).toEqual(expected);
  const words = problems.map((problem) => problem.result);
  expect(found.result).toBe(
    words.includes("tampered") ? "tampered" : words.includes("incomplete") ? "incomplete" : "intact",
  );
});

test("what verified before the first tampered line is counted, and the rest is not", async () => {
  const directory = newDirectory();
  cpSync(sound, directory, { recursive: true });
  const counts = async (lines: string[]) => {
    writeLines(directory, lines);
    const { logs } = await verifyJournal(directory, later());
    return logs.map(({ entries, unchecked }) => [entries, unchecked]);
  };
  const lines = linesIn(directory);
  expect(await counts(lines)).toEqual([
    [6, 0],
    [6, 0],
  ]);
  expect(await counts(edited(lines, 3, "first 1", "x"))).toEqual([
    [2, 3],
    [6, 0],
  ]);
  expect(await counts(without(lines, 3))).toEqual([
    [2, 3],
    [6, 0],
  ]);
  expect(await counts(without(lines, 5, 6))).toEqual([
    [4, 0],
    [6, 0],
  ]);
  expect(await counts([...lines, lines[8]!.replace("second", "x")])).toEqual([
    [6, 0],
    [6, 0],
  ]);
});

test("lines are found wherever files split them, and a lost file is a gap", async () => {
  const directory = newDirectory();
  cpSync(sound, directory, { recursive: true });
  const file = journalFilesIn(directory)[0]!;
  const lines = linesIn(directory);
  const last = "audit_2999-01-02.jsonl";
  writeLines(directory, lines.slice(0, 3), file);
  writeLines(directory, lines.slice(3, 5), "audit_2999-01-01.jsonl");
  writeLines(directory, lines.slice(5), last);
  expect((await verifyJournal(directory, later())).result).toBe("intact");
  writeFileSync(join(directory, "audit_2999-01-01.jsonl"), "");
  const { problems } = await verifyJournal(directory, later());
  expect(problems.map(({ verdict, at }) => [verdict, at])).toEqual([["SEQ_GAP", { file: last, line: 1 }]]);
});

test("a log is the same whoever copied it where", async () => {
  const copy = newDirectory();
  for (const file of [...journalFilesIn(sound), "public-key"])
    writeFileSync(join(copy, file), readFileSync(join(sound, file)));
  expect((await verifyJournal(copy, later())).logs).toEqual((await verifyJournal(sound, later())).logs);
});

test("an entry that nobody else may write, written by the key's owner, is believed", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.close();
  expect((await verifyJournal(directory, { ...later(), key: log.publicKey })).keySource).toBe("given");
});
