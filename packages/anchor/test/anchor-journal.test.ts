import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "@openrouter-audit/core";
import { openNote, parseCheckpoint, verifierOf } from "@openrouter-audit/core/seal";
import { rootSignerOf } from "../../core/src/privacy/secret.ts";
import {
  anchor,
  anchorEntries,
  anchorLines,
  anchorVkey,
  newDirectory,
  newJournal,
  read,
  root,
  writeAnchorLines,
  writeLog,
  writeManyLogs,
} from "./support/world.ts";

const journalFileOf = (directory: string) =>
  join(directory, readdirSync(directory).find((name) => name.endsWith(".jsonl"))!);

describe("a run", () => {
  test("anchors the head of every log, and of later runs only those that are new", async () => {
    const directory = await newJournal();
    const first = await anchor(directory);
    expect(first.anchored.map(({ size }) => size)).toEqual([5]);
    expect(first.written).toBe(2);
    await writeLog(directory, 1);
    const second = await anchor(directory);
    expect(second.anchored.map(({ size }) => size)).toEqual([3]);
    const { heads, problems } = await read(directory);
    expect(heads.map(({ head }) => head)).toEqual([...first.anchored, ...second.anchored]);
    expect(heads.map(({ seq, at }) => [seq, at.line])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(problems).toEqual([]);
  });

  test("writes entries that name the seal, the keys and what they hold", async () => {
    const directory = await newJournal();
    await anchor(directory);
    const [opened, anchored] = anchorEntries(directory);
    expect(opened).toMatchObject({ event_type: "audit.opened", seq: 0, log: "openrouter-audit/anchor" });
    expect(opened.detail).toMatchObject({ seal: 1, log_key: anchorVkey, heartbeat_ms: 0, links: [] });
    expect(anchored).toMatchObject({ event_type: "audit.anchored", seq: 1, user_id: "system" });
    expect(Object.keys(anchored.detail)).toEqual(["heads"]);
  });

  test("leaves the newest line as a C2SP checkpoint that the root key signed under the name of the log", async () => {
    const directory = await newJournal();
    const { checkpoint, vkey } = await anchor(directory);
    expect(readFileSync(join(directory, "anchor/checkpoint"), "utf8")).toBe(checkpoint);
    expect(vkey).toBe(anchorVkey);
    const text = openNote(checkpoint, [verifierOf(vkey)!]);
    const { chain_hash } = anchorEntries(directory).at(-1);
    expect(parseCheckpoint(text!)).toEqual({ origin: "openrouter-audit/anchor", size: 2, root: chain_hash });
  });

  test("keeps everything to the owner", async () => {
    const directory = await newJournal();
    await anchor(directory);
    const mode = (name: string) => (statSync(join(directory, "anchor", name)).mode & 0o777).toString(8);
    expect(["", "anchor.jsonl", "checkpoint"].map(mode)).toEqual(["700", "600", "600"]);
    expect(readdirSync(join(directory, "anchor")).sort()).toEqual(["anchor.jsonl", "checkpoint"]);
  });

  test("writes nothing when nothing is new, and a heartbeat when that has been so for an hour", async () => {
    const directory = await newJournal();
    await anchor(directory);
    expect((await anchor(directory)).written).toBe(0);
    const inAnHour = { now: () => new Date(Date.now() + 3_600_001) };
    expect((await anchor(directory, inAnHour)).written).toBe(1);
    const { event_type, detail } = anchorEntries(directory).at(-1);
    expect(event_type).toBe("audit.heartbeat");
    expect(Object.keys(detail)).toEqual(["delegation", "frontier", "log_key"]);
    expect((await anchor(directory, inAnHour)).written).toBe(0);
    expect((await read(directory)).problems).toEqual([]);
  });

  test("puts at most 256 heads into an entry", async () => {
    const directory = newDirectory();
    writeManyLogs(directory, 258);
    const { written } = await anchor(directory);
    expect(written).toBe(3);
    expect(anchorEntries(directory).map(({ detail }) => detail.heads?.length)).toEqual([undefined, 256, 2]);
    expect((await read(directory)).heads).toHaveLength(258);
  });

  test("takes a signature from far away", async () => {
    const directory = await newJournal();
    const service = { vkey: root.vkey, sign: async (text: string) => root.sign(text) };
    await anchor(directory, { root: service });
    expect((await read(directory)).problems).toEqual([]);
  });

  test("writes no line whose signature is not the root key's", async () => {
    const directory = await newJournal();
    const other = rootSignerOf("another secret, of more than 32 bytes in all", "openrouter-audit");
    await anchor(directory);
    const before = anchorLines(directory);
    await writeLog(directory);
    const lying = { vkey: root.vkey, sign: (text: string) => other.sign(text) };
    await expect(anchor(directory, { root: lying })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    expect(anchorLines(directory)).toEqual(before);
  });

  test("refuses a journal of another key, and an anchor log of another key", async () => {
    const directory = await newJournal();
    const other = rootSignerOf("another secret, of more than 32 bytes in all", "openrouter-audit");
    await expect(anchor(directory, { root: other })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    expect(existsSync(join(directory, "anchor"))).toBe(false);
    await anchor(directory);
    await expect(anchor(directory, { root: other })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
  });
});

describe("a journal that is not what was anchored", () => {
  test("is reported and written down once, and its older head stays", async () => {
    const directory = await newJournal(5);
    const { anchored } = await anchor(directory);
    const path = journalFileOf(directory);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${lines.slice(0, 4).join("\n")}\n`);
    await writeLog(directory, 1);
    const run = await anchor(directory);
    expect(run.contradicted).toMatchObject([{ log: anchored[0]!.log, verdict: "TRUNCATED" }]);
    expect(run.anchored).toHaveLength(1);
    const { heads, contradicted } = await read(directory);
    expect(heads[0]!.head).toEqual(anchored[0]);
    expect([...contradicted]).toEqual([
      [anchored[0]!.log, { verdict: "TRUNCATED", time: expect.stringMatching(/Z$/) }],
    ]);
    const again = await anchor(directory);
    expect([again.contradicted.length, again.written]).toEqual([1, 0]);
  });

  test("is reported when a log is gone", async () => {
    const directory = await newJournal();
    const { anchored } = await anchor(directory);
    rmSync(journalFileOf(directory));
    await writeLog(directory);
    expect((await anchor(directory)).contradicted).toMatchObject([
      { log: anchored[0]!.log, verdict: "MISSING_STREAM" },
    ]);
  });

  test("is told by a verification in which it cannot be seen any more", async () => {
    const directory = await newJournal();
    const { anchored } = await anchor(directory);
    const path = journalFileOf(directory);
    const lines = readFileSync(path, "utf8");
    rmSync(path);
    await writeLog(directory);
    await anchor(directory);
    writeFileSync(path, lines + readFileSync(path, "utf8"));
    const { result, notChecked } = await verifyJournal(directory, { key: root.vkey });
    expect(result).toBe("intact");
    expect(notChecked).toContainEqual(
      expect.stringMatching(
        `^what became of MISSING_STREAM in ${anchored[0]!.log}, which the anchor log noted on 2`,
      ),
    );
  });

  test("is reported when everything is gone", async () => {
    const directory = await newJournal();
    await anchor(directory);
    rmSync(journalFileOf(directory));
    const { contradicted } = await anchor(directory);
    expect(contradicted.map(({ verdict }) => verdict)).toEqual(["MISSING_STREAM"]);
  });
});

describe("an anchor log that is damaged", () => {
  test.each([
    [
      "a changed entry",
      (lines: string[]) => [lines[0]!, lines[1]!.replace("system", "sysTem")],
      "ROOT_MISMATCH",
    ],
    ["a missing line", (lines: string[]) => [lines[0]!, lines[2]!], "SEQ_GAP"],
    ["a missing beginning", (lines: string[]) => lines.slice(1), "SEQ_GAP"],
    [
      "another line for an entry",
      (lines: string[]) => [...lines, lines[1]!.replace("system", "sysTem")],
      "FORK",
    ],
    ["a line again", (lines: string[]) => [...lines, lines[1]!], "DUPLICATE"],
    ["a foreign line", (lines: string[]) => [...lines, "hello"], "FOREIGN_LINE"],
    ["a cut end", (lines: string[]) => lines.slice(0, 2), "TRUNCATED"],
    ["no line at all", () => [], "MISSING_STREAM"],
    [
      "a blanked signature",
      (lines: string[]) => [
        lines[0]!,
        lines[1]!.replace(/"signature":"[^"]*"}$/, '"signature":""}'),
        lines[2]!,
      ],
      "BAD_SIGNATURE",
    ],
  ])("with %s is not continued", async (_what, change, verdict) => {
    const directory = await newJournal();
    await anchor(directory);
    await writeLog(directory);
    await anchor(directory);
    writeAnchorLines(directory, change(anchorLines(directory)));
    const damaged = readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8");
    await writeLog(directory);
    await expect(anchor(directory)).rejects.toMatchObject({
      code: "ANCHOR_DAMAGED",
      message: expect.stringContaining(verdict),
    });
    expect(readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8")).toBe(damaged);
    expect((await read(directory)).problems.map((problem) => problem.verdict)).toContain(verdict);
  });

  test("is named with the line", async () => {
    const directory = await newJournal();
    await anchor(directory);
    writeAnchorLines(
      directory,
      anchorLines(directory).with(1, anchorLines(directory)[1]!.replace("system", "x")),
    );
    await expect(anchor(directory)).rejects.toThrow(/anchor\.jsonl:2: entry 1 is not what was sealed/);
  });

  test("is noticed when it was removed and what it published was not", async () => {
    const directory = await newJournal();
    await anchor(directory);
    rmSync(join(directory, "anchor/anchor.jsonl"));
    await expect(anchor(directory)).rejects.toThrow(
      /MISSING_STREAM.*openrouter-audit\/anchor is not here: checkpoint proves 2 entries of it\. It is not/,
    );
  });
});

describe("a line that was cut", () => {
  // What a loss of power can leave: any part of the last line.
  test("at any place is gone on from, and both verify", async () => {
    const directory = await newJournal();
    await anchor(directory);
    const path = join(directory, "anchor/anchor.jsonl");
    const whole = readFileSync(path);
    rmSync(join(directory, "anchor/checkpoint"));
    const line = anchorLines(directory)[1]!;
    const start = whole.length - line.length - 1;
    const places = [
      1,
      2,
      10,
      100,
      500,
      line.length - 100,
      ...[6, 5, 4, 3, 2, 1, 0].map((left) => line.length - left),
    ];
    const ends = [...line.matchAll(/\}/g)].map(({ index }) => index + 1);
    for (const place of [...places, ...ends]) {
      writeFileSync(path, whole.subarray(0, start + place));
      const found = await read(directory);
      const complete = found.head?.size === 2;
      expect([place, found.problems.map(({ verdict }) => verdict)]).toEqual([
        place,
        complete ? [] : ["TORN_TAIL"],
      ]);
      await anchor(directory);
      const after = await read(directory);
      expect([place, after.problems, after.head!.size]).toEqual([place, [], 2]);
      rmSync(join(directory, "anchor/checkpoint"));
    }
  });

  test("of which every character of the signature is there is finished, not signed a second time", async () => {
    const directory = await newJournal();
    await anchor(directory);
    const path = join(directory, "anchor/anchor.jsonl");
    const whole = readFileSync(path);
    for (const missing of [1, 2, 3, 4]) {
      rmSync(join(directory, "anchor/checkpoint"));
      truncateSync(path, whole.length - missing);
      await writeLog(directory);
      expect((await anchor(directory)).written).toBe(1);
      expect(readFileSync(path).subarray(0, whole.length).equals(whole)).toBe(true);
    }
  });
});

test("two runs at the same time do not both write", async () => {
  const directory = await newJournal();
  const runs = await Promise.allSettled([anchor(directory), anchor(directory)]);
  expect(runs.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(runs.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "JOURNAL_ALREADY_OPEN" },
  });
  expect(existsSync(join(directory, "anchor/lock"))).toBe(false);
});
