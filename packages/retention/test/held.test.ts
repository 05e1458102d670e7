import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import {
  addHold,
  approveDeletion,
  doomedIn,
  planDigest,
  planRetention,
  type RetainOptions,
  releaseHold,
  retain,
} from "../src/index.ts";
import { filesIn, oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");
const person = { id: "carol" };
const policy = { archiveAfter: null };
const run = (directory: string, more: Partial<RetainOptions> = {}) =>
  retain(directory, policy, { root, now, person: { id: "bob" }, ...more });
const notesOf = async (directory: string) =>
  (await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!])).notes;

const gone = ({ files }: Awaited<ReturnType<typeof run>>) =>
  files.filter(({ done }) => done === "deleted").map(({ file }) => file);
const verdictOf = async (directory: string) => {
  const { result, problems } = await verifyJournal(directory, { key: root.vkey, now: now() });
  return { result, problems };
};
const intact = { result: "intact", problems: [] };

test("a held file stays, and what its logs have in later files; all of it goes after the release", async () => {
  const { directory, logs } = oldJournal();
  const own = logs[2]!.sealer.uuid;
  const reason = "Case 17";
  const { hold } = await addHold(directory, {
    users: ["ben"],
    since: new Date("2026-06-02"),
    until: new Date("2026-06-03"),
    reason,
    person,
    root,
    now,
  });
  const done = await run(directory);
  // Ben is also in the file of 1 June, which is not of that time; the log with files of its own is another one.
  expect(gone(done)).toEqual([
    "audit_2026-06-01.jsonl",
    `audit_2026-06-02_${own}.jsonl`,
    `audit_2026-06-03_${own}.jsonl`,
  ]);
  const reasons = Object.fromEntries(done.files.map(({ file, because }) => [file, because.join("; ")]));
  expect(reasons["audit_2026-06-02.jsonl"]).toContain(`legal hold ${hold} (user ben, since 2026-06-02`);
  expect(reasons["audit_2026-06-03.jsonl"]).toContain("stay, in audit_2026-06-02.jsonl");
  expect(await verdictOf(directory)).toEqual(intact);

  expect(gone(await run(directory))).toEqual([]);
  await releaseHold(directory, hold, { reason: "Settled", person, root, now });
  expect(gone(await run(directory))).toEqual(["audit_2026-06-02.jsonl", "audit_2026-06-03.jsonl"]);
  expect(await verdictOf(directory)).toEqual(intact);
});

test("a hold of everything keeps all of it, also what was approved", async () => {
  const { directory } = oldJournal();
  const before = filesIn(directory);
  const { files } = await planRetention(directory, policy, { now });
  await addHold(directory, { everything: true, reason: "Case 18", person, root, now });
  await approveDeletion(directory, { files: doomedIn(files), person: { id: "alice" }, root, now });
  const done = await run(directory, { secondApprover: true });
  expect([gone(done), done.notApproved]).toEqual([[], null]);
  expect(filesIn(directory)).toEqual(before);
});

test("a plan by an anchor log that is damaged is refused as the run is: it would lack the holds in it", async () => {
  const { directory } = oldJournal();
  await addHold(directory, { everything: true, reason: "Case 18", person, root, now });
  const path = join(directory, "anchor/anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace('"everything":true', '"everything":null'));
  const despite = { ...policy, tampered: "keep_logs" as const };
  const damaged = { code: "ANCHOR_DAMAGED" };
  await expect(planRetention(directory, despite, { now })).rejects.toMatchObject(damaged);
  await expect(retain(directory, despite, { root, now })).rejects.toMatchObject(damaged);
});

test("where a second person must approve, nothing goes without, by oneself, or by another plan; then the tombstones say who", async () => {
  const { directory } = oldJournal();
  const plan = async () => doomedIn((await planRetention(directory, policy, { now })).files);
  const approve = (id: string, files: Awaited<ReturnType<typeof plan>>) =>
    approveDeletion(directory, { files, person: { id }, root, now });
  const ask = () => run(directory, { secondApprover: true });
  const wanted = await plan();
  expect(wanted).toHaveLength(5);

  expect((await ask()).notApproved).toContain("nobody has approved it");
  await approve("alice", [{ ...wanted[0]!, bytes: 1 }]);
  expect((await ask()).notApproved).toContain("another plan");
  await approve("bob", wanted);
  const alone = await ask();
  expect(alone.notApproved).toContain("bob, who wants to delete, is the only one");
  expect([gone(alone), await plan()]).toEqual([[], wanted]);

  await approve("alice", wanted);
  const done = await ask();
  expect([gone(done).length, done.approval?.by]).toEqual([5, "alice"]);
  const tombstones = (await notesOf(directory)).filter(({ event_type }) => event_type === "audit.deleted");
  expect(tombstones).toHaveLength(5);
  for (const { user_id, detail } of tombstones)
    expect([user_id, detail!.approved_by]).toEqual([
      "bob",
      { user_id: "alice", at: now().toISOString(), seq: done.approval!.seq },
    ]);
  expect(await verdictOf(directory)).toEqual(intact);
});

describe("an approval", () => {
  const planAt = async (directory: string, at: string) =>
    doomedIn((await planRetention(directory, policy, { now: () => new Date(at) })).files);
  const approvedAt = async (directory: string, at: string) => {
    const files = await planAt(directory, at);
    await approveDeletion(directory, { files, person: { id: "alice" }, root, now: () => new Date(at) });
    return files.map(({ file }) => file);
  };
  const runAt = (directory: string, at: string, more: Partial<RetainOptions> = {}) =>
    run(directory, { secondApprover: true, now: () => new Date(at), ...more });

  test("outlives a run that was cut short behind the first file", async () => {
    const { directory } = oldJournal();
    const files = await approvedAt(directory, "2026-11-26T08:00:00.000Z");
    const cut = () => {
      throw new Error("killed");
    };
    await expect(runAt(directory, "2026-11-26T09:00:00.000Z", { onFile: cut })).rejects.toThrow("killed");
    expect(filesIn(directory)).toEqual(expect.not.arrayContaining([files[0]]));
    const done = await runAt(directory, "2026-11-26T10:00:00.000Z");
    expect([gone(done), done.notApproved]).toEqual([files.slice(1), null]);
    expect(await verdictOf(directory)).toEqual(intact);
  });

  test("lets go what it names on a later day, and nothing that is due since", async () => {
    const { directory, logs } = oldJournal();
    const own = logs[2]!.sealer.uuid;
    const files = await approvedAt(directory, "2026-09-01T08:00:00.000Z");
    expect(files).toEqual([
      "audit_2026-06-01.jsonl",
      "audit_2026-06-02.jsonl",
      `audit_2026-06-02_${own}.jsonl`,
    ]);
    const later = "2026-09-02T08:00:00.000Z";
    const done = await runAt(directory, later);
    expect(gone(done)).toEqual(files);
    expect(done.approval).toMatchObject({ by: "alice" });
    const rest = await planAt(directory, later);
    expect(rest.map(({ file }) => file)).toEqual(["audit_2026-06-03.jsonl", `audit_2026-06-03_${own}.jsonl`]);
    expect(done.notApproved).toContain(
      `Not all was deleted: of the rest, the plan ${planDigest(rest)} needs`,
    );
    expect(await verdictOf(directory)).toEqual(intact);
  });

  test("of a later part of a log alone cuts nothing out of it", async () => {
    const { directory } = oldJournal();
    const files = doomedIn((await planRetention(directory, policy, { now })).files);
    const second = files.filter(({ file }) => file === "audit_2026-06-02.jsonl");
    await approveDeletion(directory, { files: second, person: { id: "alice" }, root, now });
    const done = await run(directory, { secondApprover: true });
    expect(gone(done)).toEqual([]);
    const reasons = Object.fromEntries(done.files.map(({ file, because }) => [file, because.join("; ")]));
    expect(reasons["audit_2026-06-02.jsonl"]).toContain("stay, in audit_2026-06-01.jsonl");
  });

  test("counts of a file that was compressed since", async () => {
    const { directory } = oldJournal();
    const files = await planAt(directory, "2026-11-26T08:00:00.000Z");
    await retain(directory, {}, { root, now, deletes: false });
    expect(await planAt(directory, "2026-11-26T08:00:00.000Z")).toEqual(files);
    await approveDeletion(directory, { files, person: { id: "alice" }, root, now });
    expect(gone(await run(directory, { secondApprover: true }))).toEqual(
      files.map(({ file }) => `${file}.gz`),
    );
  });
});
