import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addHold, retain } from "@openrouter-audit/retention";
import { filesIn, newDirectory, oldJournal, root, secret } from "../../retention/test/support/old-journal.ts";
import { putOtherLog } from "./other-anchor-log.ts";
import { runCli } from "./run-cli.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret };
const run = (...words: string[]) => runCli(words, { env });
const hold = { person: { id: "legal" }, reason: "Case 17", root };

/** A journal with a hold in an anchor log elsewhere. */
async function held() {
  const { directory } = oldJournal();
  const anchors = join(newDirectory(), "anchors");
  await addHold(directory, { ...hold, everything: true, anchors });
  return { directory, anchors };
}

test.each([
  ["hold list", ["hold", "list"]],
  ["hold list --json", ["hold", "list", "--json"]],
  ["retain log", ["retain", "log"]],
  ["retain log --json", ["retain", "log", "--json"]],
])(
  "%s does not say that there is nothing where the anchor log of the journal is elsewhere",
  async (_, words) => {
    const { directory, anchors } = await held();
    const own = join(directory, "anchor");
    const { code, stdout, stderr } = await run(...words, directory);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(`are in another anchor log, and there is none in ${own} (`);
    expect(stderr).toMatch(
      /the first line of it has the chain_hash \S{44}\): .*--anchors, OPENROUTER_AUDIT_ANCHOR_DIR/,
    );
    await putOtherLog(directory);
    const other = await run(...words, directory);
    expect([other.code, other.stdout]).toEqual([3, ""]);
    expect(other.stderr).toContain(`are in another anchor log than that in ${own} (`);
    const right = await run(...words, directory, "--anchors", anchors);
    expect([right.code, right.stdout, right.stderr]).toEqual([0, expect.stringContaining("Case 17"), ""]);
  },
);

test("with a slip in its name nobody is told that nothing is on hold, and without any hold everybody is", async () => {
  const { directory } = oldJournal();
  const words = ["hold", "list", directory];
  expect(await run(...words)).toEqual({ code: 0, stdout: "", stderr: "Nothing is on hold.\n" });
  expect((await run("retain", "log", directory)).code).toBe(0);
  await addHold(directory, { ...hold, everything: true });
  // It could not be written: the disk was full.
  rmSync(join(directory, "retention-log"));
  const slip = await run(...words, "--anchors", join(directory, "anker"));
  expect([slip.code, slip.stderr]).toEqual([3, expect.stringContaining("which may have holds")]);
});

test("a release says where it looked for the hold, and that nobody named the directory", async () => {
  const { directory } = oldJournal();
  const { hold: id } = await addHold(directory, { ...hold, everything: true });
  const other = oldJournal().directory;
  const release = (variables: Record<string, string>, ...words: string[]) =>
    runCli(["hold", "release", id, ...words, "--reason", "Settled"], { env: { ...env, ...variables } });
  const forgotten = await release({ OPENROUTER_AUDIT_DIR: other });
  expect([forgotten.code, forgotten.stderr]).toEqual([
    1,
    `The hold "${id}" is not noted: there is no anchor log in ${join(other, "anchor")}. Nothing was written. ` +
      `No directory was named, and so OPENROUTER_AUDIT_DIR was taken: ${other}.\n`,
  ]);
  await run("anchor", other);
  const named = await release({}, other);
  expect([named.code, named.stderr]).toEqual([
    1,
    `The hold "${id}" is not in the anchor log in ${join(other, "anchor")}; there are 0 that hold. Nothing was written.\n`,
  ]);
});

test("a release where the anchor log of the journal is elsewhere is refused as a hold is", async () => {
  const { directory } = await held();
  const { code, stderr } = await run("hold", "release", "01999f3c", directory, "--reason", "x");
  expect([code, stderr]).toEqual([3, expect.stringContaining("in another anchor log, and there is none")]);
});

/** A journal of which retention deleted a day, by an anchor log elsewhere. */
async function cut() {
  const { directory } = oldJournal();
  const anchors = join(newDirectory(), "anchors");
  await retain(directory, { archiveAfter: null }, { root, anchors });
  return { directory, anchors };
}

test("verify says which anchor log it did not look at, where that may be why logs are missing", async () => {
  const { directory, anchors } = await cut();
  const { code, stdout } = await run("verify", directory);
  expect([code, stdout]).toEqual([1, expect.stringContaining("MISSING_STREAM")]);
  const own = join(directory, "anchor");
  expect(stdout).toMatch(
    /not checked {3}the holds and tombstones of this journal, which are in another anchor log, and there is none in \S+ \(.*\): name its directory \(--anchors, OPENROUTER_AUDIT_ANCHOR_DIR\); what was deleted is missing without it\n/,
  );
  expect(stdout).toContain(own);
  const { not_checked } = JSON.parse((await run("verify", directory, "--json")).stdout);
  expect(not_checked[0]).toContain("in another anchor log, and there is none in");
  const right = await run("verify", directory, "--anchors", anchors);
  expect([right.code, right.stdout]).toEqual([0, expect.not.stringContaining("another anchor log")]);
});

test("query, show and report say that days may have been deleted, by an anchor log they did not look at", async () => {
  const { directory, anchors } = await cut();
  const there = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: anchors };
  const told = "in another anchor log, and there is none in";
  for (const words of [
    ["query", directory, "--since", "2026-06"],
    ["show", "01999f3c", directory],
  ]) {
    const { stderr } = await run(...words);
    expect(stderr).toContain("Whether retention deleted days of this time is not known:");
    expect(stderr).toContain(told);
    expect((await runCli(words, { env: there })).stderr).not.toContain("another anchor log");
  }
  expect((await run("query", directory)).stderr).toBe("");
  const report = ["report", directory, "--since", "2026-06", "--json"];
  const notChecked = async (...words: string[]) =>
    JSON.parse((await run(...report, ...words)).stdout).verification.not_checked.join("\n");
  expect(await notChecked()).toContain(told);
  expect(await notChecked("--anchors", anchors)).not.toContain("another anchor log");
});

test("where all files are gone, it is said that tombstones are in an anchor log that was not looked at", async () => {
  const { directory, anchors } = await cut();
  for (const file of filesIn(directory)) rmSync(join(directory, file));
  const { code, stderr } = await run("query", directory);
  expect([code, stderr]).toEqual([3, expect.stringContaining("in another anchor log, and there is none in")]);
  expect(
    (await runCli(["query", directory], { env: { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: anchors } })).stderr,
  ).toContain("retention deleted");
});

test("nothing is exported without the holds and tombstones of the journal", async () => {
  const { directory, anchors } = await held();
  const out = join(newDirectory(), "x.zip");
  const words = [
    "export",
    directory,
    "--since",
    "2026-06",
    "--until",
    "2026-06",
    "--out",
    out,
    "--unrecorded",
  ];
  const without = await run(...words);
  expect([without.code, existsSync(out)]).toEqual([3, false]);
  expect(without.stderr).toContain("in another anchor log, and there is none in");
  expect((await run(...words, "--anchors", anchors)).code).toBe(0);
});

// Nothing listens there, and of what is not compressed nothing is asked.
const storage = ["--bucket", "audit", "--endpoint", "http://127.0.0.1:9"];
const upload = ["archive", "upload", ...storage, "--mode", "GOVERNANCE", "--retain", "7y"];

test.each([
  ["anchor", ["anchor"]],
  ["archive upload", upload],
  ["archive upload --dry-run", [...upload, "--dry-run"]],
])("%s begins no second anchor log, and goes on with no other one", async (_, words) => {
  const { directory, anchors } = await held();
  const own = join(directory, "anchor");
  const without = await run(...words, directory);
  expect([without.code, without.stdout, existsSync(own)]).toEqual([3, "", false]);
  expect(without.stderr).toContain(`are in another anchor log, and there is none in ${own} (`);
  expect(without.stderr).toContain("name its directory (--anchors, OPENROUTER_AUDIT_ANCHOR_DIR)");
  await putOtherLog(directory);
  const before = readFileSync(join(own, "anchor.jsonl"));
  const other = await run(...words, directory);
  expect([other.code, other.stdout]).toEqual([3, ""]);
  expect(other.stderr).toContain(`are in another anchor log than that in ${own} (`);
  expect(readFileSync(join(own, "anchor.jsonl"))).toEqual(before);
  const right = await run(...words, directory, "--anchors", anchors);
  expect([right.code, right.stderr]).toEqual([0, ""]);
});

test("of an anchor log that is damaged, anchor says that, and not that it is another one", async () => {
  const { directory } = await held();
  await putOtherLog(directory);
  const path = join(directory, "anchor", "anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace('"seal":1', '"seal":2'));
  const { code, stderr } = await run("anchor", directory);
  expect([code, stderr]).toEqual([1, expect.stringContaining("The anchor log does not verify")]);
});
