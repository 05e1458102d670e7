import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf, verifyJournal } from "../src/index.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { anchoredHeads, checkpointOf, verifierOf } from "../src/seal/index.ts";
import { formatLine } from "../src/seal/line.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import { writeAnchorLog } from "./support/anchor-log.ts";
import { newDirectory, secret, writeLog } from "./support/journals.ts";

// Whoever can write the directory of an anchor log can put anything there.

const key = publicKeyOf(secret);
let directory: string;
let anchors: string;

beforeEach(async () => {
  directory = newDirectory();
  anchors = join(directory, "anchor");
  await writeLog(directory, 2);
  writeAnchorLog(directory, []);
});

async function verdicts() {
  const { problems } = await verifyJournal(directory, { key });
  return problems.map(({ verdict }) => verdict);
}

async function publishCheckpoint(): Promise<void> {
  const { head } = await anchoredHeads(anchors, [verifierOf(key)!]);
  writeFileSync(join(anchors, "checkpoint"), checkpointOf(head!));
}

/** A first line that nobody signed. */
function writeUnsignedOpening(seal: unknown): void {
  const { log } = JSON.parse(readFileSync(join(anchors, "anchor.jsonl"), "utf8").split("\n", 1)[0]!);
  const time = "2026-11-01T00:00:00.000Z";
  const place = { id: "a", log, seq: 0, timestamp: time, recorded_at: time };
  const leaf = canonicalJson({ ...place, event_type: "audit.opened", detail: { seal } });
  const tree = new MerkleTree();
  tree.append(leafHash(leaf));
  writeFileSync(join(anchors, "anchor.jsonl"), `${formatLine(leaf, tree.rootText(), "")}\n`);
}

test("a version of the seal that can be made neither a number nor a text is none that is newer", async () => {
  writeUnsignedOpening({ toString: 1, valueOf: 1 });
  expect(await verdicts()).toEqual(["BAD_SIGNATURE"]);
});

test("an anchor log with a newer seal is not compared with what was published of it", async () => {
  await publishCheckpoint();
  writeUnsignedOpening(2);
  expect(await verdicts()).toEqual(["UNSUPPORTED"]);
});

test("what is no plain file has published nothing", async () => {
  mkdirSync(join(anchors, "checkpoint"));
  mkdirSync(join(anchors, "receipts", "1.checkpoint"), { recursive: true });
  expect(await verdicts()).toEqual([]);
});

test("a file in place of the receipts has published nothing", async () => {
  writeFileSync(join(anchors, "receipts"), "");
  expect(await verdicts()).toEqual([]);
});
