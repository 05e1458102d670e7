import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import type { JsonObject } from "../src/entry/entry.ts";
import { type AuditProblem, findOrphans, readJournal, rotateKey } from "../src/index.ts";
import { thisProcess } from "../src/journal/process-identity.ts";
import { trustedVerifiers } from "../src/keys/trusted-keys.ts";
import { ProvenOrphans } from "../src/orphans/proven-orphans.ts";
import { rootSignerOf } from "../src/privacy/secret.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { checkpointText, formatLine, parseLine } from "../src/seal/line.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import { newSigner, verifierOf } from "../src/seal/signed-note.ts";
import { entriesIn, openLog, otherSecret, secret } from "./support/journals.ts";
import { journalWith, root, StartedLog, startOf } from "./support/started-log.ts";

import.meta.jest.setTimeout(60_000);

const old = new Date(Date.now() - 600_000);
const dayOf = (time: Date) => time.toISOString().slice(0, 10);
const today = `audit_${dayOf(old)}.jsonl`;
const yesterday = `audit_${dayOf(new Date(old.getTime() - 86_400_000))}.jsonl`;

/** What somebody can write who reads the files and has no key: a line that fits behind these, of what one of them says, changed. */
function forge(lines: readonly string[], changed: JsonObject, sign: (text: string) => string = () => "") {
  const tree = new MerkleTree();
  const leaves = lines.map((line) => parseLine(Buffer.from(line))!.leaf);
  for (const leaf of leaves) tree.append(leafHash(leaf));
  const last = JSON.parse(leaves.at(-1)!.toString()) as JsonObject;
  const leaf = canonicalJson({ ...last, id: uuidv7(), seq: tree.size, user_id: "of his choice", ...changed });
  tree.append(leafHash(leaf));
  const chainHash = tree.rootText();
  return formatLine(leaf, chainHash, sign(checkpointText(String(last.log), tree.size, chainHash)));
}

const forgedStart = (lines: readonly string[]) =>
  forge(lines, {
    event_type: "call_started",
    exchange_id: uuidv7(),
    detail: { event_type: "chat_completion" },
  });

async function provenIn(directory: string, fromDay = "", key = root.vkey) {
  const rootKeys = trustedVerifiers(directory, verifierOf(key)!);
  const proven = new ProvenOrphans({ directory, fromDay, rootKeys, signal: new AbortController().signal });
  const ids: unknown[] = [];
  for await (const { exchange_id } of proven.starts()) ids.push(exchange_id);
  return { ids, uncovered: proven.uncovered.count, files: [...proven.uncovered.files] };
}

const isUnknown = ({ error_type }: { error_type: string | null }) => error_type === "process_ended";

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not in time: ${condition}`);
    await sleep(5);
  }
}

/** A log whose process is gone, with a call that was cut off. */
function killed(log = new StartedLog()) {
  const id = uuidv7();
  return { log, id, lines: [log.opened(old), log.start(id, old)] };
}

test("a start that was forged is signed by nobody, whatever it looks like, and is told of once", async () => {
  const { log, id, lines } = killed();
  const end = uuidv7();
  lines.push(log.start(end, old));
  const directory = journalWith({ [today]: lines });
  const journal = join(directory, today);
  appendFileSync(journal, `${forgedStart(lines)}\n`);
  // A forged end of the second one, and one of a log that no root key knows.
  appendFileSync(
    journal,
    `${forge([...lines, forgedStart(lines)], { event_type: "chat_completion", exchange_id: end })}\n`,
  );
  const stranger = killed(new StartedLog({}, rootSignerOf(otherSecret, "openrouter-audit")));
  appendFileSync(journal, `${stranger.lines.join("\n")}\n`);
  const { log: next, problems } = openLog(directory, { heartbeatMs: 1000 });
  const told = ({ code }: AuditProblem) => code === "ORPHANS_UNPROVEN";
  await until(() => problems.some(told));
  await next.close();
  expect(problems.filter(told)).toEqual([
    {
      code: "ORPHANS_UNPROVEN",
      message: expect.stringContaining(`not taken for calls: 2, in ${directory} (${today})`),
    },
  ]);
  const written = entriesIn(directory).filter(isUnknown);
  expect(written.map(({ exchange_id }) => exchange_id)).toEqual([id, end]);
  expect(written.map(({ user_id }) => user_id)).not.toContain("of his choice");
});

describe("a start is proven where its log has signed it", () => {
  test("but not where it was put between two commits, and what is behind that is", async () => {
    const { log, id, lines } = killed();
    const [later, last] = [uuidv7(), uuidv7()];
    const forged = [forgedStart(lines)];
    forged.push(forgedStart([...lines, ...forged]));
    const behind = log.commit([startOf(later, old), startOf(last, old)], old);
    const directory = journalWith({ [today]: [...lines, ...forged, ...behind] });
    expect(await provenIn(directory)).toEqual({ ids: [id, later, last], uncovered: 2, files: [today] });
  });

  test("also not with a signature of another key, or of another line", async () => {
    const { log, id, lines } = killed();
    const start = { event_type: "call_started", exchange_id: uuidv7() };
    const signer = newSigner(log.sealer.origin);
    const bySelf = forge(lines, start, (text) => signer.sign(text));
    const copied = forge(lines, start, () => parseLine(Buffer.from(lines[1]!))!.signature);
    const later = uuidv7();
    const directory = journalWith({ [today]: [...lines, bySelf, copied, log.start(later, old)] });
    expect(await provenIn(directory)).toMatchObject({ ids: [id, later], uncovered: 2 });
  });

  test("nor in a commit that was changed, up to the next heartbeat", async () => {
    const { log, id, lines } = killed();
    const [changed, hidden, later] = [uuidv7(), uuidv7(), uuidv7()];
    const start = log.start(changed, old, { user_id: "ada" }).replace('"user_id":"ada"', '"user_id":"eve"');
    lines.push(start, log.start(hidden, old), log.heartbeat(old), log.start(later, old));
    expect(await provenIn(journalWith({ [today]: lines }))).toMatchObject({ ids: [id, later], uncovered: 2 });
  });

  test("nor in the tail of a commit that was cut, whose call was not sent", async () => {
    const { log, id, lines } = killed();
    const [first, second] = log.commit([startOf(uuidv7(), old), startOf(uuidv7(), old)], old);
    const directory = journalWith({ [today]: [...lines, first!] });
    appendFileSync(join(directory, today), second!.slice(0, -20));
    expect(await provenIn(directory)).toMatchObject({ ids: [id], uncovered: 1 });
  });

  test("nor in a log of a root key that nobody trusts", async () => {
    const stranger = killed(new StartedLog({}, rootSignerOf(otherSecret, "openrouter-audit")));
    expect(await provenIn(journalWith({ [today]: stranger.lines }))).toMatchObject({ ids: [], uncovered: 1 });
  });

  test("also by a root key that was replaced since then", async () => {
    const { id, lines } = killed();
    const directory = journalWith({ [yesterday]: [] });
    const { log } = openLog(directory);
    await log.record({ event_type: "test.event" });
    await log.close();
    await rotateKey(directory, { from: secret, to: otherSecret });
    appendFileSync(join(directory, today), `${lines.join("\n")}\n`);
    const newer = rootSignerOf(otherSecret, "openrouter-audit").vkey;
    expect(await provenIn(directory, "", newer)).toMatchObject({ ids: [id], uncovered: 0 });
  });

  test("from the heartbeat that begins a file on, without the files before; in a copy too, once", async () => {
    const { log, id, lines } = killed();
    const next = uuidv7();
    const files = { [yesterday]: lines, [today]: [log.heartbeat(old), log.start(next, old)] };
    const whole = journalWith({ ...files, [`${yesterday}.gz`]: lines, [`${today}.gz`]: files[today]! });
    expect(await provenIn(whole)).toMatchObject({ ids: [id, next], uncovered: 0 });
    expect(await provenIn(whole, dayOf(old))).toMatchObject({ ids: [next], uncovered: 0 });
  });

  test("in files of one process each, of which one may have the end of another's", async () => {
    const [one, two, three] = [killed(), killed(), killed()];
    const fileOf = ({ log }: typeof one) => `audit_${dayOf(old)}_${log.sealer.uuid}.jsonl`;
    const directory = journalWith({
      [fileOf(one)]: [...one.lines, one.log.end(three.id, old)],
      [fileOf(two)]: [...two.lines, forgedStart(two.lines)],
      [fileOf(three)]: three.lines,
    });
    expect(await provenIn(directory)).toEqual({
      ids: [one.id, two.id].sort(),
      uncovered: 1,
      files: [fileOf(two)],
    });
  });

  test("and its log is over by what that has signed, not by what others say of it", async () => {
    const going = new StartedLog({ process: { ...thisProcess() } });
    const { lines } = killed(going);
    const said = { process: { ...thisProcess(), started: "1" } };
    const dead = forge(lines, { event_type: "audit.heartbeat", detail: said });
    const closed = forge([...lines, dead], { event_type: "audit.closed", detail: { reason: "close" } });
    expect(await provenIn(journalWith({ [today]: [...lines, dead, closed] }))).toMatchObject({ ids: [] });
  });
});

test("nobody without the key of a log hides its orphans by saying that it was closed, or goes on", async () => {
  const { id, lines } = killed();
  const future = new Date(Date.now() + 86_400_000).toISOString();
  const said = { guarantee: "write_ahead", process: { ...thisProcess() }, heartbeat_ms: 86_400_000 };
  const going = forge(lines, { event_type: "audit.heartbeat", recorded_at: future, detail: said });
  const closed = forge([...lines, going], { event_type: "audit.closed", detail: { reason: "close" } });
  const directory = journalWith({ [today]: [...lines, going, closed] });
  const { log } = openLog(directory);
  await until(() => entriesIn(directory, { skipTorn: true }).some(isUnknown));
  await log.close();
  expect(entriesIn(directory).find(isUnknown).exchange_id).toBe(id);
});

describe("an end counts where its log has signed it", () => {
  test("a forged one hides no orphan; readers go on counting it", async () => {
    const { id, lines } = killed();
    const end = forge(lines, { event_type: "chat_completion", status: "success", detail: null });
    const directory = journalWith({ [today]: [...lines, end] });
    expect((await provenIn(directory)).ids).toEqual([id]);
    const open: unknown[] = [];
    for await (const { start } of findOrphans(directory)) open.push(start);
    expect(open).toEqual([]);
    const { log } = openLog(directory);
    await until(() => entriesIn(directory, { skipTorn: true }).some(isUnknown));
    await log.close();
    const shown: unknown[] = [];
    for await (const { exchange_id, status } of readJournal(directory)) shown.push([exchange_id, status]);
    expect(shown).toEqual([[id, "success"]]);
  });

  test.each(["behind it", "in an earlier file, of a clock that was set back"])("%s", async (where) => {
    const { id, lines } = killed();
    const next = new StartedLog();
    const other = [next.opened(old), next.end(id, old)];
    const directory = journalWith(
      where === "behind it" ? { [today]: [...lines, ...other] } : { [yesterday]: other, [today]: lines },
    );
    expect((await provenIn(directory)).ids).toEqual([]);
  });
});

test("a hundred thousand forged starts take little room, and none is signed", async () => {
  const { id, lines } = killed();
  const directory = journalWith({ [today]: lines });
  const { log, id: own, timestamp, recorded_at, detail, event_type } = JSON.parse(lines[1]!) as JsonObject;
  const forged = { log, id: own!, timestamp, recorded_at, detail, event_type };
  const [before, between, behind] = canonicalJson({ ...forged, exchange_id: "?", seq: "?" }).split('"?"');
  const { chainHash } = parseLine(Buffer.from(lines[0]!))!;
  const forgedLine = (seq: number) => {
    const exchange_id = `019ac000-0000-7000-8000-${String(seq).padStart(12, "0")}`;
    // Each follows the one before: what is kept of them is kept until a signature comes.
    return `${formatLine(`${before}"${exchange_id}"${between}${seq}${behind}`, chainHash, "")}\n`;
  };
  for (let seq = lines.length; seq < 100_000; seq += 1000)
    appendFileSync(
      join(directory, today),
      Array.from({ length: 1000 }, (_, index) => forgedLine(seq + index)).join(""),
    );
  global.gc?.();
  const used = process.memoryUsage().heapUsed;
  let most = 0;
  const measured = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed - used);
  }, 10);
  expect(await provenIn(directory)).toMatchObject({ ids: [id], uncovered: 100_000 });
  clearInterval(measured);
  expect(most).toBeLessThan(128 << 20);
});
