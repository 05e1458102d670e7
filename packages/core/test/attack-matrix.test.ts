import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LogHead, publicKeyOf, verifyJournal } from "../src/index.ts";
import { parseLine } from "../src/seal/line.ts";
import { rehash, unsignedNext } from "./support/attacks.ts";
import { newDirectory, openLog, otherSecret, secret } from "./support/journals.ts";
import { rootOf, type SealedLog, sealLog } from "./support/sealed-log.ts";

// What can be done to a journal, and what a verification says: of the files and the public key alone, and with the heads
// that somebody had noted when the journal was whole. docs/seal.md, "Verification" and "What this cannot show".

const { jest } = import.meta;
const days = ["audit_2026-11-23.jsonl", "audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"] as const;
const [first, second, third] = days;
const key = publicKeyOf(secret);
const now = new Date("2026-11-26T12:00:00Z");

/** The lines of each file. */
type Files = Record<string, string[]>;

let sound: Files;
let known: LogHead[];
/** The newest log, which no other has linked; its key is in the hands of the test. */
let newest: SealedLog;
const origins: Record<"a" | "b", string> = { a: "", b: "" };

/**
 * Log A begins on the first day and ends on the second; B links A, and goes on into the third day, where the newest log
 * stands. A has 5 lines on the first day, a heartbeat, 2 and the end on the second; B has 3, a heartbeat, 1 and the end.
 */
beforeAll(async () => {
  jest.useFakeTimers({
    doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance", "hrtime"] as never,
  });
  const directory = newDirectory();
  const event = (text: string) => ({ event_type: "test.event", metadata: { text } });
  jest.setSystemTime(new Date("2026-11-23T12:00:00Z"));
  const a = openLog(directory).log;
  for (const text of ["a1", "a2", "a3", "a4"]) await a.record(event(text));
  jest.setSystemTime(new Date("2026-11-24T12:00:00Z"));
  for (const text of ["a6", "a7"]) await a.record(event(text));
  await a.close();
  const b = openLog(directory).log;
  for (const text of ["b1", "b2"]) await b.record(event(text));
  jest.setSystemTime(new Date("2026-11-25T12:00:00Z"));
  await b.record(event("b4"));
  await b.close();
  jest.useRealTimers();
  sound = Object.fromEntries(
    days.map((day) => [day, readFileSync(join(directory, day), "utf8").trimEnd().split("\n")]),
  );
  origins.a = JSON.parse(sound[first]![0]!).log;
  origins.b = JSON.parse(sound[third]![0]!).log;
  newest = sealLog(
    rootOf(secret),
    "openrouter-audit/host/019abb00-0000-7000-8000-000000000000",
    [["audit.opened"], ["test.event", "c1"], ["test.event", "c2"], ["audit.closed"]],
    "2026-11-25T13:00:00.000Z",
  );
  sound[third]!.push(...newest.lines);
  const { result, logs } = await verifyJournal(journalOf(sound), { key, now });
  expect([result, logs.map(({ entries }) => entries)]).toEqual(["intact", [9, 6, 4]]);
  known = logs.map(({ head }) => head!);
});

function journalOf(files: Files): string {
  const directory = newDirectory();
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(directory, name), lines.map((line) => `${line}\n`).join(""));
  return directory;
}

const withoutLog = (files: Files, log: string): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, lines]) => [
      name,
      lines.filter((line) => JSON.parse(line).log !== log),
    ]),
  );
const change =
  (name: string, edit: (lines: string[]) => string[]) =>
  (files: Files): Files => ({
    ...files,
    [name]: edit([...files[name]!]),
  });
const replace = (lines: string[], number: number, edit: (line: string) => string) =>
  lines.map((line, index) => (index === number - 1 ? edit(line) : line));
const signatureOf = (line: string) => /"signature":"([^"]*)"/.exec(line)![1]!;

interface Attack {
  readonly what: string;
  readonly attack: (files: Files) => Files;
  /** What is found with the files and the public key. */
  readonly alone: readonly string[];
  /** What is found with known heads, when that is more. */
  readonly withHeads?: readonly string[];
}

const attacks: readonly Attack[] = [
  { what: "nothing is done", attack: (files) => files, alone: [] },
  {
    what: "a word of an entry is edited",
    attack: change(first, (lines) => replace(lines, 3, (line) => line.replace('"a2"', '"x2"'))),
    alone: [`ROOT_MISMATCH ${first}:3`],
  },
  {
    what: "a chain hash is exchanged for another",
    attack: change(first, (lines) =>
      replace(lines, 3, (line) =>
        line.replace(parseLine(Buffer.from(line))!.chainHash, parseLine(Buffer.from(lines[1]!))!.chainHash),
      ),
    ),
    alone: [`ROOT_MISMATCH ${first}:3`],
  },
  {
    what: "a signature is exchanged for another",
    attack: change(first, (lines) =>
      replace(lines, 3, (line) => line.replace(signatureOf(line), signatureOf(lines[1]!))),
    ),
    alone: [`BAD_SIGNATURE ${first}:3`],
  },
  {
    what: "the same JSON is written in other bytes",
    attack: change(first, (lines) => replace(lines, 3, (line) => line.replace('"log":', '"log": '))),
    alone: [`NOT_CANONICAL ${first}:3`],
  },
  {
    what: "a line is deleted",
    attack: change(first, (lines) => lines.toSpliced(2, 1)),
    alone: [`SEQ_GAP ${first}:3`],
  },
  {
    what: "a line of its own making is inserted, with the root it must have",
    attack: change(first, (lines) => lines.toSpliced(2, 0, unsignedNext(lines, 2))),
    alone: [`FORK ${first}:4`],
  },
  {
    what: "a line of its own making is appended to the newest log",
    attack: change(third, (lines) => [...lines, unsignedNext(lines, lines.length)]),
    alone: [`BAD_SIGNATURE ${third}:8`],
  },
  {
    what: "two lines change places",
    attack: change(first, (lines) => [...lines.slice(0, 2), lines[3]!, lines[2]!, lines[4]!]),
    alone: [`SEQ_ORDER ${first}:3`],
  },
  {
    what: "a line stands twice, which changes nothing",
    attack: change(first, (lines) => [...lines, lines[2]!]),
    alone: [`DUPLICATE ${first}:6`],
  },
  {
    what: "an entry stands twice, the second time with other words",
    attack: change(first, (lines) => [...lines, lines[2]!.replace('"a2"', '"x2"')]),
    alone: [`FORK ${first}:6`],
  },
  {
    what: "a line of one log is given to another",
    attack: (files) => ({
      ...files,
      [second]: files[second]!.map((line, index) =>
        index === 6 ? files[first]![2]!.replace(origins.a, origins.b) : line,
      ),
    }),
    // It is signed by the key of A, for A; and B has lost the line that stood there.
    alone: [`ROOT_MISMATCH ${second}:7`],
  },
  {
    what: "a line of one log is put in the place of a line of another",
    attack: (files) => ({ ...files, [second]: replace(files[second]!, 7, () => files[first]![2]!) }),
    alone: [`SEQ_GAP ${third}:1`, `DUPLICATE ${second}:7`],
  },
  {
    what: "the end is cut off a log that another has linked",
    attack: change(second, (lines) => lines.toSpliced(2, 2)),
    alone: [`TRUNCATED ${second}:3`],
  },
  {
    what: "the end is cut off the newest log: alone it looks like a crash",
    attack: change(third, (lines) => lines.slice(0, -2)),
    alone: [`UNCLOSED ${third}:5`],
    withHeads: ["TRUNCATED"],
  },
  {
    what: "the first file is deleted",
    attack: ({ [first]: _gone, ...files }) => files,
    alone: [`SEQ_GAP ${second}:1`],
  },
  {
    what: "a file in the middle is deleted",
    attack: ({ [second]: _gone, ...files }) => files,
    alone: [`SEQ_GAP ${third}:1`, `UNCLOSED ${first}:5`],
    withHeads: [`SEQ_GAP ${third}:1`, "TRUNCATED"],
  },
  {
    what: "the last file is deleted: alone it looks like a crash",
    attack: ({ [third]: _gone, ...files }) => files,
    alone: [`UNCLOSED ${second}:7`],
    withHeads: ["MISSING_STREAM", "TRUNCATED"],
  },
  {
    what: "a log that another has linked is deleted",
    attack: (files) => withoutLog(files, origins.a),
    alone: [`MISSING_STREAM ${second}:1`],
    withHeads: [`MISSING_STREAM ${second}:1`, "MISSING_STREAM"],
  },
  {
    what: "the newest log is deleted: alone nothing shows it",
    attack: (files) => withoutLog(files, newest.origin),
    alone: [],
    withHeads: ["MISSING_STREAM"],
  },
  {
    what: "a copy of the first day is put back: alone it looks like a crash",
    attack: ({ [first]: lines }) => ({ [first]: lines! }),
    alone: [`UNCLOSED ${first}:5`],
    withHeads: ["MISSING_STREAM", "MISSING_STREAM", "TRUNCATED"],
  },
  {
    what: "a log is written anew and hashed again, without its key",
    attack: change(first, (lines) =>
      rehash(lines, 2, (entry) => {
        entry.metadata = { text: "x" };
      }),
    ),
    alone: [`BAD_SIGNATURE ${first}:3`],
  },
  {
    what: "a log is added that certifies itself",
    attack: change(third, (lines) => [...lines, ...forged(null)]),
    alone: [`UNDELEGATED_STREAM ${third}:8`],
  },
  {
    what: "a log is added that another root key certifies",
    attack: change(third, (lines) => [...lines, ...forged(otherSecret)]),
    alone: [`UNDELEGATED_STREAM ${third}:8`],
  },
  {
    what: "a log is added under the delegation of another",
    attack: change(third, (lines) => [
      ...lines,
      ...forged(secret).map((line) => line.replaceAll(strange, strange.replace("019abc", "019abd"))),
    ]),
    alone: [`UNDELEGATED_STREAM ${third}:8`],
  },
  {
    what: "the key of a running log is stolen, and its past written anew: alone nothing shows it",
    attack: change(third, (lines) => [...lines.slice(0, 3), ...anew(newest.signer).lines]),
    alone: [],
    withHeads: ["FORK"],
  },
  {
    what: "the key of a log is stolen, and another log written with it",
    attack: change(third, (lines) => [
      ...lines,
      ...sealLog(rootOf(otherSecret), strange, [["audit.opened"]], time, newest.signer).lines,
    ]),
    alone: [`UNDELEGATED_STREAM ${third}:8`],
  },
  {
    what: "the holder of the root key writes a log anew, under its name: alone nothing shows it",
    attack: change(third, (lines) => [...lines.slice(0, 3), ...anew().lines]),
    alone: [],
    withHeads: ["FORK"],
  },
  {
    what: "the holder of the root key puts another history in the place of all: alone nothing shows it",
    attack: () => ({ [third]: [...sealLog(rootOf(secret), strange, history, time).lines] }),
    alone: [],
    withHeads: ["MISSING_STREAM", "MISSING_STREAM", "MISSING_STREAM"],
  },
  {
    what: "the holder of the root key adds a log that never was: nothing shows it, and later heads hold it fast",
    attack: change(third, (lines) => [...lines, ...sealLog(rootOf(secret), strange, history, time).lines]),
    alone: [],
  },
];

const strange = "openrouter-audit/host/019abc00-0000-7000-8000-000000000000";
const time = "2026-11-25T14:00:00.000Z";
const history = [["audit.opened"], ["test.event", "invented"], ["audit.closed"]] as const;

/** The newest log with another past. */
function anew(signer?: SealedLog["signer"]): SealedLog {
  const entries = [["audit.opened"], ["test.event", "x1"], ["test.event", "c2"], ["audit.closed"]] as const;
  return sealLog(rootOf(secret), newest.origin, entries, "2026-11-25T13:00:00.000Z", signer);
}

function forged(rootSecret: string | null): readonly string[] {
  const root = rootSecret === null ? newest.signer : rootOf(rootSecret);
  return sealLog(root, strange, [["audit.opened"], ["test.event"]], time).lines;
}

const worst = (verdicts: readonly string[]) => {
  const one = (verdict: string) =>
    /^(DUPLICATE|BAD_LINK)/.test(verdict)
      ? 0
      : /^(UNCLOSED|UNSIGNED_TAIL|TORN_TAIL|PARTIAL)/.test(verdict)
        ? 1
        : 2;
  return ["intact", "incomplete", "tampered"][Math.max(0, ...verdicts.map(one))];
};

async function findings(files: Files, knownHeads: readonly LogHead[]) {
  const { result, problems } = await verifyJournal(journalOf(files), { key, now, knownHeads });
  const found = problems.map(({ verdict, at }) => (at ? `${verdict} ${at.file}:${at.line}` : verdict));
  return { result, found: found.sort() };
}

describe("what shows of an attack", () => {
  test.each(attacks)("when $what", async ({ attack, alone, withHeads = alone }) => {
    const files = attack(sound);
    expect(await findings(files, [])).toEqual({ result: worst(alone), found: [...alone].sort() });
    expect(await findings(files, known)).toEqual({ result: worst(withHeads), found: [...withHeads].sort() });
  });
});
