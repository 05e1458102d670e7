import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@openrouter-audit/core";
import {
  anchoredHeads,
  anchorSignerOf,
  checkpointText,
  formatLine,
  issueDelegation,
  type LogHead,
  leafHash,
  leafOf,
  MerkleTree,
  systemEntry,
} from "@openrouter-audit/core/seal";
import { anchor, newDirectory, newJournal, root, rootKeys } from "./support/world.ts";

const signer = anchorSignerOf(root);
const origin = "openrouter-audit/anchor";
const service = { name: "test", version: null, instance: "test/1" };

/** Writes an anchor log from docs/seal.md, with whatever entries: what retention will write, and what nobody should. */
async function anchorLog(entries: readonly { event_type: string; detail: JsonObject }[]): Promise<string> {
  const directory = newDirectory();
  const now = new Date("2026-11-25T10:00:00.000Z");
  const delegation = await issueDelegation(root, origin, signer.vkey, now);
  const opened = { event_type: "audit.opened", detail: { seal: 1, log_key: signer.vkey, delegation } };
  const tree = new MerkleTree();
  let text = "";
  for (const { event_type, detail } of [opened, ...entries]) {
    const draft = { ...systemEntry("anchored", service, now, detail), event_type };
    const leaf = leafOf(draft, { log: origin, seq: tree.size, recorded_at: now.toISOString() });
    tree.append(leafHash(leaf));
    const signature = await signer.sign(checkpointText(origin, tree.size, tree.rootText()));
    text += `${formatLine(leaf, tree.rootText(), signature)}\n`;
  }
  writeFileSync(join(directory, "anchor.jsonl"), text);
  return directory;
}

/** A head of a real journal. */
async function realHead(): Promise<LogHead> {
  const { anchored } = await anchor(await newJournal(3));
  return anchored[0]!;
}
const json = (head: LogHead) => ({ ...head });
const found = async (entries: Parameters<typeof anchorLog>[0], known: readonly LogHead[] = []) =>
  anchoredHeads(await anchorLog(entries), rootKeys, known);

test("the newest head of each log is given, with the time and place of its entry", async () => {
  const head = await realHead();
  const smaller = { ...json(head), size: 1 };
  const { heads, problems, newest } = await found([
    { event_type: "audit.anchored", detail: { heads: [smaller] } },
    { event_type: "audit.anchored", detail: { heads: [json(head)] } },
    { event_type: "audit.anchored", detail: { heads: [smaller] } },
  ]);
  expect(heads).toEqual([
    { head, time: "2026-11-25T10:00:00.000Z", seq: 2, at: { file: "anchor.jsonl", line: 3 } },
  ]);
  expect([problems, newest]).toEqual([[], "2026-11-25T10:00:00.000Z"]);
});

test("a head that proves nothing is left out and told of, and two roots of one size are a fork", async () => {
  const head = await realHead();
  const forged = { ...json(head), chain_hash: `${"A".repeat(43)}=` };
  const alone = await found([
    { event_type: "audit.anchored", detail: { heads: [forged, { log: 1 }, null] } },
  ]);
  expect([alone.heads, alone.problems.map(({ verdict }) => verdict)]).toEqual([[], ["BAD_LINK"]]);
  const both = await found([{ event_type: "audit.anchored", detail: { heads: [json(head), forged] } }]);
  expect(both.problems.map(({ verdict }) => verdict)).toEqual(["FORK"]);
});

describe("tombstones", () => {
  const sealed = async () => {
    // The log of an anchor is a log like others: its own head and frontier are at hand.
    const directory = await anchorLog([{ event_type: "audit.heartbeat", detail: {} }]);
    const { head, log } = await anchoredHeads(directory, rootKeys);
    const frontier = log.frontier.map((hash) => hash.toString("base64"));
    return {
      log: head!.log,
      size: head!.size,
      frontier,
      newest: "2026-08-01",
      closed: true,
      head: json(head!),
    };
  };

  test("give the cuts that prove themselves, and when they were written", async () => {
    const cut = await sealed();
    const { cuts } = await found([{ event_type: "audit.deleted", detail: { files: [], cuts: [cut] } }]);
    expect(cuts).toEqual([
      {
        cut: { ...cut, ofTable: false, deletedAt: "2026-11-25T10:00:00.000Z" },
        time: "2026-11-25T10:00:00.000Z",
        seq: 1,
        at: { file: "anchor.jsonl", line: 2 },
      },
    ]);
  });

  test.each([
    ["another size", { size: 3 }],
    ["another log", { log: "x" }],
    ["no frontier", { frontier: null }],
    ["a frontier of another size", { frontier: [] }],
    ["another frontier", { frontier: [`${"A".repeat(43)}=`] }],
    ["no head", { head: null }],
    ["no time", { newest: 5 }],
  ])("with %s cut nothing", async (_what, change) => {
    const cut = { ...(await sealed()), ...change } as JsonObject;
    const { cuts } = await found([{ event_type: "audit.deleted", detail: { files: [], cuts: [cut] } }]);
    expect(cuts).toEqual([]);
  });

  test("count only in an entry of their own", async () => {
    const { cuts } = await found([{ event_type: "audit.anchored", detail: { cuts: [await sealed()] } }]);
    expect(cuts).toEqual([]);
  });
});

describe("known heads of the anchor log itself", () => {
  const entries = [{ event_type: "audit.anchored", detail: { heads: [] } }];

  test("are compared: a longer log, and another one, contradict", async () => {
    const { head } = await found(entries);
    const verdicts = async (known: LogHead) =>
      (await found(entries, [known])).problems.map(({ verdict }) => verdict);
    expect(await verdicts({ ...head!, size: 3 })).toEqual(["TRUNCATED"]);
    expect(await verdicts({ ...head!, chain_hash: `${"A".repeat(43)}=` })).toEqual(["FORK"]);
    expect(await verdicts(await realHead())).toEqual([]);
  });

  test("of this state agree with it", async () => {
    const directory = await anchorLog(entries);
    const { head } = await anchoredHeads(directory, rootKeys);
    expect((await anchoredHeads(directory, rootKeys, [head!])).problems).toEqual([]);
  });
});

test("a log that is none is said to be none", async () => {
  await expect(anchoredHeads(newDirectory(), rootKeys)).rejects.toMatchObject({ code: "JOURNAL_UNREADABLE" });
  const directory = newDirectory();
  writeFileSync(join(directory, "anchor.jsonl"), "");
  const { head, checkpoint, heads, problems } = await anchoredHeads(directory, rootKeys);
  expect({ head, checkpoint, heads, problems }).toEqual({
    head: null,
    checkpoint: null,
    heads: [],
    problems: [],
  });
});

test("a key that nobody certified does not take over", async () => {
  const { problems } = await found([
    { event_type: "audit.anchored", detail: { log_key: "x", delegation: "y" } },
  ]);
  expect(problems.map(({ verdict, seq }) => [verdict, seq])).toEqual([["UNDELEGATED_STREAM", 1]]);
});
