import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { anchorJournal, rootKeyFor } from "@openrouter-audit/anchor";
import { proveEntry, rotateKey, verifyEntryProof, verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, lockDirectory, verifierOf } from "@openrouter-audit/core/seal";
import { addHold, planRetention, type RetentionPolicy, releaseHold, retain } from "../src/index.ts";
import { filesIn, newJournal, OldLog, oldJournal, root, secret } from "./support/old-journal.ts";

const november = "2026-11-26T12:00:00.000Z";
const at = (time: string) => () => new Date(time);
const run = (directory: string, policy: RetentionPolicy = {}, time = november) =>
  retain(directory, policy, { root, now: at(time) });
const verify = (directory: string, minRetentionMs?: number) =>
  verifyJournal(directory, {
    key: root.vkey,
    now: at(november)(),
    ...(minRetentionMs !== undefined && { minRetentionMs }),
  });
const dayMs = 86_400_000;
const doneWith = ({ files }: { files: readonly { file: string; done: string }[] }) =>
  Object.fromEntries(files.map(({ file, done }) => [file, done]));
const notesOf = async (directory: string) =>
  (await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!])).notes;

/** What the verifier of one file prints, which was written from docs/seal.md alone. */
async function secondVerifier(directory: string): Promise<string> {
  const standalone = fileURLToPath(new URL("../../cli/standalone/verify-journal.mjs", import.meta.url));
  const words = [standalone, directory, "--key", root.vkey];
  return (await promisify(execFile)(process.execPath, words)).stdout;
}

test("what is old goes, what is older than a month is compressed, and what is left verifies", async () => {
  const { directory, logs } = oldJournal();
  const [first, second, own] = logs;
  const before = await verify(directory);
  expect(before.result).toBe("intact");
  const june = readFileSync(join(directory, "audit_2026-06-01.jsonl"));
  chmodSync(join(directory, "audit_2026-10-02.jsonl"), 0o600);
  const october = readFileSync(join(directory, "audit_2026-10-02.jsonl"));

  const done = await run(directory);

  expect(doneWith(done)).toEqual({
    "audit_2026-06-01.jsonl": "deleted",
    "audit_2026-06-02.jsonl": "deleted",
    [`audit_2026-06-02_${own!.sealer.uuid}.jsonl`]: "deleted",
    "audit_2026-06-03.jsonl": "deleted",
    [`audit_2026-06-03_${own!.sealer.uuid}.jsonl`]: "deleted",
    "audit_2026-10-01.jsonl": "archived",
    "audit_2026-10-02.jsonl": "archived",
    "audit_2026-11-25.jsonl": "stays",
  });
  expect(filesIn(directory)).toEqual([
    "audit_2026-10-01.jsonl.gz",
    "audit_2026-10-02.jsonl.gz",
    "audit_2026-11-25.jsonl",
  ]);
  const archive = readFileSync(join(directory, "audit_2026-10-02.jsonl.gz"));
  expect(gunzipSync(archive)).toEqual(october);
  expect(archive.readUInt32LE(4)).toBe(0);
  expect(statSync(join(directory, "audit_2026-10-02.jsonl.gz")).mode & 0o777).toBe(0o600);
  const after = await verify(directory);
  expect(after).toMatchObject({ result: "intact", problems: [] });
  expect(await verify(directory, 90 * dayMs)).toMatchObject({ result: "intact" });
  expect((await verify(directory, 200 * dayMs)).problems.map(({ verdict }) => verdict)).toContain(
    "RETENTION_VIOLATION",
  );

  const tombstones = (await notesOf(directory)).filter(({ event_type }) => event_type === "audit.deleted");
  expect(tombstones).toHaveLength(5);
  expect(tombstones[0]!.detail).toMatchObject({
    files: [
      {
        file: "audit_2026-06-01.jsonl",
        lines: 6,
        bytes: june.length,
        sha256: createHash("sha256").update(june).digest("hex"),
      },
    ],
    policy: { archive_after: "30d", delete_after: "90d", presets: [] },
    cuts: [
      { log: first!.origin, size: 2, closed: false, newest: "2026-06-01T11:00:00.000Z" },
      { log: second!.origin, size: 4, closed: true, newest: "2026-06-01T14:00:00.000Z", head: second!.head },
    ],
  });
});

test("what was disclosed of a deleted entry still proves it", async () => {
  const { directory } = oldJournal();
  const line = readFileSync(join(directory, "audit_2026-06-02.jsonl"), "utf8").split("\n")[1]!;
  const { id } = JSON.parse(line) as { id: string };
  const proof = await proveEntry(directory, { id }, { key: root.vkey });
  if (!proof.proven) throw new Error(proof.message);
  await run(directory);
  expect(filesIn(directory)).not.toContain("audit_2026-06-02.jsonl");
  expect(verifyEntryProof(proof.files, root.vkey)).toMatchObject({ entry: { id } });
});

test("one retention behind the other, until nothing is left, and a journal that begins anew behind it", async () => {
  const { directory } = oldJournal();
  for (const time of ["2026-09-01", "2026-09-02", "2026-12-31", "2027-03-01"].map(
    (day) => `${day}T00:00:00.000Z`,
  )) {
    await run(directory, {}, time);
    expect((await verifyJournal(directory, { key: root.vkey, now: new Date(time) })).result).toBe("intact");
  }
  expect(filesIn(directory)).toEqual([]);
  expect(await secondVerifier(directory)).toMatch(/^intact/i);
  await run(directory, {}, "2027-03-02T00:00:00.000Z");
  const next = new OldLog(directory, "2027-03-03T00:00:00.000Z").close("2027-03-03T01:00:00.000Z");
  await run(directory, {}, "2027-03-04T00:00:00.000Z");
  expect(await verify(directory)).toMatchObject({ result: "intact", logs: [{ log: next.origin }] });
});

test("a plan says what a run does, and changes nothing", async () => {
  const { directory } = oldJournal();
  const before = filesIn(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  const plan = await planRetention(directory, {}, { now: at(november) });
  expect(filesIn(directory).map((name) => readFileSync(join(directory, name), "utf8"))).toEqual(before);
  expect(readdirSync(directory)).not.toContain("anchor");
  const words = { delete: "deleted", archive: "archived", stay: "stays" };
  const done = await run(directory);
  expect(doneWith(done)).toEqual(
    Object.fromEntries(plan.files.map(({ file, action }) => [file, words[action]])),
  );
});

test("a journal that is tampered with is left as it is; when that is allowed, only the logs that are stay", async () => {
  const { directory, logs } = oldJournal();
  const path = join(directory, "audit_2026-06-02.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace('"carl"', '"karl"'));
  const before = filesIn(directory);
  const stopped = await run(directory);
  expect(stopped).toMatchObject({ result: "tampered" });
  expect(stopped.stopped).toContain("ROOT_MISMATCH");
  expect(new Set(Object.values(doneWith(stopped)))).toEqual(new Set(["stays"]));
  expect(filesIn(directory)).toEqual(before);

  const kept = await run(directory, { tampered: "keep_logs" });
  expect(kept.stopped).toBeNull();
  const own = logs[2]!.sealer.uuid;
  expect(filesIn(directory)).toEqual([
    "audit_2026-06-01.jsonl",
    "audit_2026-06-02.jsonl",
    "audit_2026-06-03.jsonl",
    "audit_2026-10-01.jsonl",
    "audit_2026-10-02.jsonl.gz",
    "audit_2026-11-25.jsonl",
  ]);
  expect(filesIn(directory).join()).not.toContain(own);
  const { problems } = await verify(directory);
  expect(
    new Set(problems.filter(({ result }) => result === "tampered").map(({ verdict }) => verdict)),
  ).toEqual(new Set(["ROOT_MISMATCH"]));
});

test("a crash in the journal does not keep it for ever: what no signature covers goes with the rest", async () => {
  const directory = newJournal();
  new OldLog(directory, "2026-06-01T10:00:00.000Z").write("2026-06-01T11:00:00.000Z", "anna", "ben");
  const path = join(directory, "audit_2026-06-01.jsonl");
  // The last line, and half of the one before: what is left of the commit is not signed.
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  truncateSync(path, Buffer.byteLength(lines.slice(0, 2).join("\n")) + 1);
  new OldLog(directory, "2026-11-25T10:00:00.000Z").close("2026-11-25T12:00:00.000Z");
  expect((await verify(directory)).problems.map(({ verdict }) => verdict)).toContain("UNSIGNED_TAIL");
  expect(doneWith(await run(directory))["audit_2026-06-01.jsonl"]).toBe("deleted");
  expect(await verify(directory)).toMatchObject({ result: "intact", problems: [] });
});

test("a log is cut from its beginning: behind a file that stays, its later lines stay", async () => {
  const directory = newJournal();
  const log = new OldLog(directory, "2026-06-01T10:00:00.000Z", { own: true }).write(
    "2026-06-02T11:00:00.000Z",
    "ben",
  );
  log.close("2026-06-02T12:00:00.000Z");
  const late = new OldLog(directory, "2026-06-01T10:00:00.000Z");
  late.write("2026-06-02T10:00:00.000Z", "anna").close("2026-06-02T13:00:00.000Z");
  // An entry of a clock that ran ahead keeps its file.
  new OldLog(directory, "2026-06-01T11:00:00.000Z").close("2026-06-01T12:00:00.000Z");
  const path = join(directory, "audit_2026-06-01.jsonl");
  const ahead = newJournal();
  new OldLog(ahead, "2026-10-20T11:00:00.000Z").close("2026-10-20T12:00:00.000Z");
  writeFileSync(path, readFileSync(join(ahead, "audit_2026-10-20.jsonl"), "utf8"), { flag: "a" });
  const done = await run(directory);
  const stays = done.files.find(({ file }) => file === "audit_2026-06-01.jsonl")!;
  expect(stays).toMatchObject({ done: "archived" });
  expect(stays.because.join()).toContain("its newest entry, or log that it links, is of 2026-10-20");
  const behind = done.files.find(({ file }) => file === "audit_2026-06-02.jsonl")!;
  expect(behind.because.join()).toContain(`earlier lines of ${late.origin} stay`);
  expect(filesIn(directory)).toEqual(["audit_2026-06-01.jsonl.gz", "audit_2026-06-02.jsonl.gz"]);
});

test("a file stays until every sink has got all of it", async () => {
  const { directory } = oldJournal();
  mkdirSync(join(directory, "delivery"));
  writeFileSync(join(directory, "delivery/warehouse.rejected.jsonl"), "");
  const done = await run(directory);
  expect(new Set(Object.values(doneWith(done)))).toEqual(new Set(["stays"]));
  expect(done.files[0]!.because.join()).toContain("the sink warehouse has not got all of it");
});

test("what has the name of no day, and what is no file, stays and is named", async () => {
  const { directory } = oldJournal();
  writeFileSync(join(directory, "audit_2026-13-45.jsonl"), "");
  writeFileSync(join(directory, "audit_2026-05-01.jsonl.gz"), "no archive");
  const done = await run(directory);
  const reasons = Object.fromEntries(done.files.map(({ file, because }) => [file, because.join()]));
  expect(reasons["audit_2026-13-45.jsonl"]).toContain("there is no such day");
  expect(reasons["audit_2026-05-01.jsonl.gz"]).toContain("does not unpack");
  expect(filesIn(directory)).toEqual(
    expect.arrayContaining(["audit_2026-13-45.jsonl", "audit_2026-05-01.jsonl.gz"]),
  );
});

test("two at once exclude each other", async () => {
  const { directory } = oldJournal();
  await anchorJournal({ directory, root });
  const release = lockDirectory(join(directory, "anchor"));
  await expect(run(directory)).rejects.toMatchObject({ code: "JOURNAL_ALREADY_OPEN" });
  await expect(run(directory)).rejects.toThrow("Nothing was archived or deleted");
  release();
  const both = await Promise.allSettled([run(directory), run(directory)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("an archive that is there already, and its original, are one file; with other contents they are two", async () => {
  const { directory } = oldJournal();
  const october = readFileSync(join(directory, "audit_2026-10-01.jsonl"));
  writeFileSync(join(directory, "audit_2026-10-01.jsonl.gz"), gzipSync(october));
  writeFileSync(join(directory, "audit_2026-10-02.jsonl.gz"), gzipSync("\n"));
  const done = doneWith(await run(directory));
  expect(done).toMatchObject({
    "audit_2026-10-01.jsonl": "archived",
    "audit_2026-10-01.jsonl.gz": "stays",
    "audit_2026-10-02.jsonl": "stays",
  });
  expect((await verify(directory)).result).toBe("intact");
  // Whoever made it: nothing goes of which nothing is noted.
  const noted = (await notesOf(directory)).filter(
    ({ event_type, detail }) =>
      event_type === "audit.archived" && JSON.stringify(detail).includes("audit_2026-10-01"),
  );
  const stored = readFileSync(join(directory, "audit_2026-10-01.jsonl.gz"));
  const archive_sha256 = createHash("sha256").update(stored).digest("hex");
  expect(noted.map(({ detail }) => detail!.files)).toEqual([
    [expect.objectContaining({ at: "local", archive_bytes: stored.length, archive_sha256 })],
  ]);
});

test("an archive that a run noted, and was killed before it had its name, is noted once", async () => {
  const { directory } = oldJournal();
  const policy = { deleteAfter: null };
  await run(directory, policy);
  const name = join(directory, "audit_2026-10-01.jsonl");
  writeFileSync(name, gunzipSync(readFileSync(`${name}.gz`)));
  rmSync(`${name}.gz`);
  const before = await notesOf(directory);
  expect(doneWith(await run(directory, policy))["audit_2026-10-01.jsonl"]).toBe("archived");
  expect(await notesOf(directory)).toEqual(before);
});

test("nothing is deleted where nobody said that it may be, and what could be is archived", async () => {
  const { directory } = oldJournal();
  const done = await retain(directory, {}, { root, now: at(november), deletes: false });
  expect(done.files.filter(({ done: what }) => what === "deleted")).toEqual([]);
  expect(done.files[0]).toMatchObject({
    done: "archived",
    because: [expect.stringContaining("nobody said")],
  });
  expect(doneWith(await run(directory))["audit_2026-06-01.jsonl.gz"]).toBe("deleted");
  expect(await verify(directory)).toMatchObject({ result: "intact", problems: [] });
});

test("a legal hold wins over age, for the files that it covers and the later lines of their logs, until it is released", async () => {
  const { directory } = oldJournal();
  const person = { id: "counsel" };
  const { hold } = await addHold(directory, { users: ["carl"], reason: "case 7", person, root });
  const done = await run(directory);
  const carl = done.files.find(({ file }) => file === "audit_2026-06-02.jsonl")!;
  expect(carl).toMatchObject({ done: "archived", because: [expect.stringContaining(`legal hold ${hold}`)] });
  expect(filesIn(directory)).toEqual([
    "audit_2026-06-02.jsonl.gz",
    "audit_2026-06-03.jsonl.gz",
    "audit_2026-10-01.jsonl.gz",
    "audit_2026-10-02.jsonl.gz",
    "audit_2026-11-25.jsonl",
  ]);
  expect(await verify(directory)).toMatchObject({ result: "intact", problems: [] });
  await releaseHold(directory, hold, { reason: "settled", person, root });
  await run(directory);
  expect(filesIn(directory)).not.toContain("audit_2026-06-02.jsonl.gz");
  expect(await verify(directory)).toMatchObject({ result: "intact", problems: [] });
});

test("logs of a key that was rotated since go with tombstones that both keys' trust proves", async () => {
  const { directory } = oldJournal();
  const to = "another secret for tests only, of 32 bytes or longer";
  await rotateKey(directory, { from: secret, to });
  const next = rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: to } });
  const { files } = await retain(directory, {}, { root: next, now: at(november) });
  expect(files.filter(({ done }) => done === "deleted")).toHaveLength(5);
  const verified = await verifyJournal(directory, { key: next.vkey, now: at(november)() });
  expect(verified).toMatchObject({ result: "intact", problems: [] });
});

test("a file of more logs than a tombstone has room for gets several, and the second verifier agrees", async () => {
  const directory = newJournal();
  for (let index = 0; index < 260; index += 1)
    new OldLog(directory, "2026-06-01T10:00:00.000Z").close("2026-06-01T11:00:00.000Z");
  new OldLog(directory, "2026-11-25T10:00:00.000Z").close("2026-11-25T12:00:00.000Z");
  await run(directory);
  const notes = await notesOf(directory);
  expect(notes.map(({ detail }) => (detail as { cuts: unknown[] }).cuts.length)).toEqual([256, 4]);
  expect(await secondVerifier(directory)).toMatch(/^intact/i);
});
