import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anchorJournal, rootKeyFor } from "@openrouter-audit/anchor";
import { publicKeyOf, rotateKey } from "@openrouter-audit/core";
import { edited, without } from "../../packages/core/test/support/attacks.ts";
import { newDirectory, openLog, otherSecret, secret } from "../../packages/core/test/support/journals.ts";
import { anHourAfter, copyOf, damage, journalFiles, restarted } from "./journals.ts";
import { bothOn, standalone } from "./standalone.ts";

// An anchor log as `openrouter-audit anchor` writes it, read by the verifier of one file.

const command = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
const key = publicKeyOf(secret);

test("the heads of an anchor log, and those of it that somebody keeps, prove what was cut", async () => {
  const journal = await restarted();
  const kept = newDirectory();
  const [anchors, knownHeads] = [join(kept, "anchor"), join(kept, "heads.jsonl")];
  const words = [command, "anchor", journal, "--anchors", anchors, "--heads-to", knownHeads];
  execFileSync(process.execPath, words, { env: { ...process.env, OPENROUTER_AUDIT_SECRET: secret } });
  const now = anHourAfter(journal).getTime();
  const verdicts = async (directory: string, options = {}) => {
    const { result, findings } = await standalone.verifyJournal([directory], { key, now, ...options });
    return [result, ...findings.map(({ verdict, file, line }) => `${verdict} ${file}:${line}`)];
  };
  expect(await verdicts(journal, { anchors, knownHeads })).toEqual(["intact"]);

  const cut = copyOf(journal);
  damage(journalFiles(cut)[0]!, (lines) => without(lines, 8));
  expect((await verdicts(cut))[0]).toBe("incomplete");
  expect(await verdicts(cut, { anchors })).toEqual(["tampered", "TRUNCATED anchor.jsonl:2"]);

  damage(join(anchors, "anchor.jsonl"), (lines) => without(lines, 2));
  expect(await verdicts(cut, { anchors })).toContain("TRUNCATED null:null");
  rmSync(join(anchors, "checkpoint"));
  expect((await verdicts(cut, { anchors }))[0]).toBe("incomplete");
  expect(await verdicts(cut, { anchors, knownHeads })).toContain("TRUNCATED null:null");
});

/** A journal that was anchored, and again after its root key was rotated and a log of the new one was written. */
async function rotated(): Promise<string> {
  const directory = await restarted();
  const anchor = (of: string) =>
    anchorJournal({ directory, root: rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: of } }) });
  await anchor(secret);
  await rotateKey(directory, { from: secret, to: otherSecret });
  const { log } = openLog(directory, { secret: otherSecret });
  await log.record({ event_type: "test.event", metadata: { text: "with the new key" } });
  await log.close();
  await anchor(otherSecret);
  return directory;
}

const anchorFile = (directory: string) => join(directory, "anchor/anchor.jsonl");
const noteOf = (directory: string) => {
  const [from, to] = [secret, otherSecret].map((each) => publicKeyOf(each).split("+")[1]);
  return join(directory, `key-rotation-${from}-${to}.note`);
};
const onLines = (change: (lines: string[]) => string[] | string) => (directory: string) =>
  damage(journalFiles(directory)[0]!, change);
const onAnchor = (change: (lines: string[]) => string[] | string) => (directory: string) =>
  damage(anchorFile(directory), change);

/** Of the journal above: what is done to it, and what becomes of it for somebody with the newest key. */
const cases: [what: string, result: string, verdict: RegExp, damage: (directory: string) => void][] = [
  ["nothing", "intact", /^$/, () => {}],
  ["the newest log deleted", "tampered", /^MISSING_STREAM /, onLines((lines) => lines.slice(0, 8))],
  [
    "the end of the newest log cut",
    "tampered",
    /^TRUNCATED /,
    onLines((lines) => without(lines, lines.length)),
  ],
  ["every file deleted", "tampered", /^MISSING_STREAM /, (directory) => rmSync(journalFiles(directory)[0]!)],
  ["every line deleted", "tampered", /^MISSING_STREAM /, onLines(() => "")],
  ["the rotation note deleted", "tampered", /UNDELEGATED_STREAM /, (directory) => rmSync(noteOf(directory))],
  [
    "the rotation note edited",
    "tampered",
    /BAD_ROTATION /,
    (directory) => writeFileSync(noteOf(directory), "x"),
  ],
  [
    "the anchor log gone, and not its checkpoint",
    "tampered",
    /MISSING_STREAM /,
    (directory) => rmSync(anchorFile(directory)),
  ],
  [
    "the anchor log gone, and all beside it",
    "intact",
    /^$/,
    (directory) => rmSync(join(directory, "anchor"), { recursive: true }),
  ],
  ["the anchor log emptied", "tampered", /MISSING_STREAM /, onAnchor(() => "")],
  ["the anchor log cut", "tampered", /TRUNCATED /, onAnchor((lines) => lines.slice(0, 2))],
  [
    "the anchor log and its checkpoint cut",
    "intact",
    /^$/,
    (directory) => {
      onAnchor((lines) => lines.slice(0, 2))(directory);
      rmSync(join(directory, "anchor/checkpoint"));
    },
  ],
  ["the takeover left out of the anchor log", "tampered", /SEQ_GAP /, onAnchor((lines) => without(lines, 3))],
  [
    "a line edited in the anchor log",
    "tampered",
    /ROOT_MISMATCH /,
    onAnchor((lines) => edited(lines, 4, '"size":', '"size":1')),
  ],
  [
    "a line cut in the anchor log",
    "tampered",
    /TORN_TAIL .*TRUNCATED /,
    onAnchor((lines) => lines.join("\n").slice(0, -40)),
  ],
  [
    "the last bytes cut in the anchor log",
    "intact",
    /^$/,
    onAnchor((lines) => lines.join("\n").slice(0, -2)),
  ],
];

describe("a journal that was anchored before and after a rotation of its root key", () => {
  let journal: string;
  beforeAll(async () => {
    journal = await rotated();
  });

  test.each(cases)(
    "with %s is %s for both verifiers, for the same reasons",
    async (what, result, verdict, change) => {
      const directory = copyOf(journal);
      const now = anHourAfter(journal);
      change(directory);
      const key = publicKeyOf(otherSecret);
      const { ours, theirs } = await bothOn([directory], { key, now });
      expect([ours.result, ours.found.join(" ")]).toEqual([result, expect.stringMatching(verdict)]);
      expect(theirs).toEqual(ours);
      for (const ownSecret of [secret, otherSecret])
        for (const successors of [true, false]) {
          const terms = { key: publicKeyOf(ownSecret), successors, now };
          const both = await bothOn([directory], terms);
          expect(both.theirs).toEqual(both.ours);
          const anchored = await bothOn([directory], { ...terms, anchors: join(journal, "anchor") });
          expect(anchored.theirs).toEqual(anchored.ours);
          // A checkpoint of which no trusted key is the signer is no known head for either.
          if (ownSecret !== otherSecret || /note/.test(what)) continue;
          const knownHeads = join(journal, "anchor/checkpoint");
          const noted = await bothOn([directory], { ...terms, knownHeads });
          expect(noted.theirs).toEqual(noted.ours);
        }
    },
  );
});
