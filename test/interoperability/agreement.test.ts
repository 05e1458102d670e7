import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf, updateKnownHeads, verifyJournal } from "@openrouter-audit/core";
import {
  edited,
  forge,
  rehash,
  swapped,
  unsignedNext,
  without,
} from "../../packages/core/test/support/attacks.ts";
import { newDirectory, otherSecret, secret } from "../../packages/core/test/support/journals.ts";
import { buildPackage } from "../support/build-package.ts";
import {
  anHourAfter,
  archived,
  copyOf,
  damage,
  journalFiles,
  killed,
  restarted,
  shared,
} from "./journals.ts";
import { judges } from "./judges.ts";
import { bothOn } from "./standalone.ts";
import { removeBuilt, testWith } from "./tools.ts";

// Whoever verifies a journal, with whatever, finds what we find.

import.meta.jest.setTimeout(60_000);
const key = publicKeyOf(secret);
const journals: Record<string, { directory: string; now: Date; knownHeads: string }> = {};

beforeAll(async () => {
  buildPackage("core");
  for (const [name, write] of Object.entries({ restarted, archived, shared, killed })) {
    const directory = await write();
    const knownHeads = join(newDirectory(), "heads.jsonl");
    const now = anHourAfter(directory);
    updateKnownHeads(knownHeads, await verifyJournal(directory, { key, now }));
    journals[name] = { directory, now, knownHeads };
  }
});
afterAll(removeBuilt);

const seals = (line: string) => /,"chain_hash":"([^"]+)","signature":"([^"]*)"\}$/.exec(line)!;
const rootOf = (line: string) => seals(line)[1]!;
const signatureOf = (line: string) => seals(line)[2]!;
const onLines =
  (change: (lines: string[]) => string[] | string, file = 0) =>
  (directory: string) =>
    damage(journalFiles(directory)[file]!, change);

/** What is done to which journal, and what becomes of it. */
const cases: [journal: string, what: string, result: string, damage: (directory: string) => void][] = [
  ["restarted", "nothing", "intact", () => {}],
  ["archived", "nothing", "intact", () => {}],
  ["shared", "nothing", "intact", () => {}],
  ["killed", "nothing", "incomplete", () => {}],
  ["restarted", "a word edited", "tampered", onLines((lines) => edited(lines, 2, "first 1", "fjrst 1"))],
  ["restarted", "a space added", "tampered", onLines((lines) => edited(lines, 2, '"log":', '"log": '))],
  [
    "restarted",
    "a member twice",
    "tampered",
    onLines((lines) => edited(lines, 2, '"seq":1', '"seq":1,"seq":1')),
  ],
  ["restarted", "a line deleted", "tampered", onLines((lines) => without(lines, 2))],
  ["restarted", "the first line deleted", "tampered", onLines((lines) => without(lines, 1))],
  ["restarted", "two lines swapped", "tampered", onLines((lines) => swapped(lines, 2, 3))],
  ["restarted", "two lines of two logs swapped", "tampered", onLines((lines) => swapped(lines, 3, 7))],
  ["restarted", "a line twice", "intact", onLines((lines) => [...lines, lines[1]!])],
  [
    "restarted",
    "a second line for an entry",
    "tampered",
    onLines((lines) => [...lines, edited(lines, 2, "first 1", "x")[1]!]),
  ],
  [
    "restarted",
    "a root exchanged",
    "tampered",
    onLines((lines) => edited(lines, 3, rootOf(lines[2]!), rootOf(lines[3]!))),
  ],
  [
    "restarted",
    "a signature exchanged",
    "tampered",
    onLines((lines) => edited(lines, 3, signatureOf(lines[2]!), signatureOf(lines[3]!))),
  ],
  [
    "restarted",
    "a signature of nothing",
    "tampered",
    onLines((lines) => edited(lines, 3, signatureOf(lines[2]!), "AAAA")),
  ],
  ["restarted", "the end of the first log cut", "tampered", onLines((lines) => without(lines, 4))],
  ["restarted", "the end of the newest log cut", "incomplete", onLines((lines) => without(lines, 8))],
  ["restarted", "the first log deleted", "tampered", onLines((lines) => lines.slice(4))],
  ["restarted", "the newest log deleted: nobody can tell", "intact", onLines((lines) => lines.slice(0, 4))],
  ["restarted", "the last line cut", "incomplete", onLines((lines) => lines.join("\n").slice(0, -9))],
  ["restarted", "the last line end cut", "incomplete", onLines((lines) => lines.join("\n"))],
  ["restarted", "a line of something else", "incomplete", onLines((lines) => ["who wrote this?", ...lines])],
  ["restarted", "an empty line", "intact", onLines((lines) => [lines[0]!, "", ...lines.slice(1)])],
  ["restarted", "a NUL between", "incomplete", onLines((lines) => edited(lines, 8, "{", "\0{"))],
  ["restarted", "line ends of another system", "incomplete", onLines((lines) => `${lines.join("\r\n")}\r\n`)],
  [
    "restarted",
    "a log of another key",
    "tampered",
    onLines((lines) => [...lines, ...forge(otherSecret, ["audit.opened", "audit.closed"])]),
  ],
  [
    "restarted",
    "a log nobody certified",
    "tampered",
    onLines((lines) => [...lines, ...forge(null, ["audit.opened"])]),
  ],
  [
    "restarted",
    "an unsigned line after the end",
    "tampered",
    onLines((lines) => [...lines, unsignedNext(lines, 8)]),
  ],
  [
    "restarted",
    "an unsigned line where the end was",
    "incomplete",
    onLines((lines) => [...lines.slice(0, 7), unsignedNext(lines, 7)]),
  ],
  [
    "restarted",
    "a history without the key",
    "tampered",
    onLines((lines) =>
      rehash(lines.slice(0, 4), 1, (entry) => {
        entry.user_id = "eve";
      }),
    ),
  ],
  [
    "archived",
    "a word edited in an archive",
    "tampered",
    onLines((lines) => edited(lines, 2, "first day", "last day")),
  ],
  ["archived", "a day deleted", "tampered", (directory) => rmSync(journalFiles(directory)[1]!)],
  ["archived", "the first day deleted", "tampered", (directory) => rmSync(journalFiles(directory)[0]!)],
  ["archived", "the last day deleted", "incomplete", (directory) => rmSync(journalFiles(directory)[3]!)],
  [
    "archived",
    "the first file of a writer deleted",
    "tampered",
    (directory) => rmSync(journalFiles(directory)[2]!),
  ],
  ["archived", "an archive cut", "tampered", (directory) => truncateSync(journalFiles(directory)[0]!, 700)],
  [
    "archived",
    "an archive that is none",
    "tampered",
    (directory) => writeFileSync(journalFiles(directory)[0]!, "no"),
  ],
  ["shared", "a line deleted", "tampered", onLines((lines) => without(lines, 9))],
];

const judged = cases.map(([journal, what, result, change]) => ({ journal, what, result, change }));

test.each(judged)(
  "$journal, $what: one file finds what verifyJournal finds, at the same places",
  async (given) => {
    const { directory, now, knownHeads } = damaged(given);
    const files = journalFiles(directory);
    const alone = await bothOn([directory], { key, now });
    expect([alone.ours.result, alone.theirs]).toEqual([given.result, alone.ours]);
    for (const [paths, noted] of [
      [[directory], { knownHeads }],
      [files, {}],
      [files, { knownHeads }],
      [files.slice(-1), { knownHeads }],
    ] as const) {
      const { ours, theirs } = await bothOn([...paths], { key, now, ...noted });
      expect(theirs).toEqual(ours);
    }
  },
);

describe.each(judges)("$name", ({ missing, isIntact }) => {
  testWith(missing).each(judged)("$journal, $what: is $result", async (given) => {
    const { directory } = damaged(given);
    expect(await isIntact(journalFiles(directory), key)).toBe(given.result === "intact");
  });

  testWith(missing)("calls a journal of another key not intact", async () => {
    expect(await isIntact(journalFiles(journals.restarted!.directory), publicKeyOf(otherSecret))).toBe(false);
  });
});

function damaged({ journal, change }: (typeof judged)[number]) {
  const copy = copyOf(journals[journal]!.directory);
  change(copy);
  return { ...journals[journal]!, directory: copy };
}
