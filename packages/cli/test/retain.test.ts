import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn, newJournal, OldLog, root, secret } from "../../retention/test/support/old-journal.ts";
import { runCli } from "./run-cli.ts";
import { newDirectory } from "./sample-journal.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret, SUDO_USER: "dora" };
const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);

/** A journal of a log that ended a year ago, of one of two months ago, and of one of yesterday. */
function journal(): string {
  const directory = newJournal();
  const first = new OldLog(directory, `${daysAgo(365)}T10:00:00.000Z`).close(`${daysAgo(365)}T11:00:00.000Z`);
  const links = [first.head];
  new OldLog(directory, `${daysAgo(60)}T10:00:00.000Z`, { links }).close(`${daysAgo(60)}T11:00:00.000Z`);
  new OldLog(directory, `${daysAgo(2)}T10:00:00.000Z`).close(`${daysAgo(2)}T11:00:00.000Z`);
  return directory;
}

const retain = (...words: string[]) => runCli(["retain", ...words], { env });

test("a dry run shows each file and why it stays, and changes nothing", async () => {
  const directory = journal();
  const before = filesIn(directory);
  const { code, stdout, stderr } = await retain(directory, "--dry-run");
  expect(readdirSync(directory)).toEqual([...before, "public-key"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("archive after 30d, delete after 90d");
  expect(stdout).toMatch(new RegExp(`audit_${daysAgo(365)}.jsonl +\\S+ \\S+ +delete`));
  expect(stdout).toMatch(
    new RegExp(`audit_${daysAgo(60)}.jsonl +\\S+ \\S+ +archive +not deleted before ${daysAgo(-31)}`),
  );
  expect(stdout).toMatch(
    new RegExp(`audit_${daysAgo(2)}.jsonl +\\S+ \\S+ +stays +not compressed before ${daysAgo(-29)}`),
  );
  expect(stdout).toContain("1 file would be deleted");
  const { plan } = JSON.parse((await retain(directory, "--dry-run", "--json")).stdout);
  expect(stdout).toMatch(
    new RegExp(`Plan ${plan}: .*\n {2}openrouter-audit retain approve ${directory} --plan ${plan}\n$`),
  );
  const refused = await retain(directory, "--yes", "--second-approver", "--archive-after", "never");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`--plan ${plan}`) });
  expect(filesIn(directory)).toEqual(before);
});

test("with --yes old files go, and verify says intact; without it they are compressed", async () => {
  const directory = journal();
  const refused = await retain(directory);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Nothing was deleted: say --yes"),
  });
  expect(filesIn(directory)).toEqual([
    `audit_${daysAgo(365)}.jsonl.gz`,
    `audit_${daysAgo(60)}.jsonl.gz`,
    `audit_${daysAgo(2)}.jsonl`,
  ]);
  const done = await retain(directory, "--yes", "--json");
  expect(done.code).toBe(0);
  const report = JSON.parse(done.stdout);
  expect(report).toEqual({
    directory,
    at: expect.any(String),
    policy: expect.objectContaining({ delete_after: "90d" }),
    result: "intact",
    stopped: null,
    plan: expect.stringMatching(/^[0-9a-f]{64}$/),
    files: expect.any(Array),
    swept: [],
    approval: null,
    not_approved: null,
    anchor: { anchors: join(directory, "anchor"), head: expect.any(Object), checkpoint: expect.any(String) },
  });
  expect(report.files[0]).toEqual({
    file: `audit_${daysAgo(365)}.jsonl.gz`,
    day: daysAgo(365),
    stored_bytes: expect.any(Number),
    action: "delete",
    archive_due: expect.any(String),
    delete_due: expect.any(String),
    because: [],
    lines: 2,
    bytes: expect.any(Number),
    sha256: expect.any(String),
    done: "deleted",
    archive_bytes: null,
    error: null,
  });
  expect(filesIn(directory)).not.toContain(`audit_${daysAgo(365)}.jsonl.gz`);
  const verified = await runCli(["verify", directory, "--key", root.vkey, "--min-retention", "90d"], { env });
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("INTACT") });
  const anchor = readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8").trimEnd().split("\n");
  const deleted = anchor
    .map((line) => JSON.parse(line))
    .find(({ event_type }) => event_type === "audit.deleted");
  expect(deleted).toMatchObject({
    attribution: { how: "authenticated" },
    user_id: expect.any(String),
    metadata: { sudo_user: "dora" },
  });
  const day = daysAgo(365);
  expect(verified.stdout).toContain(`deleted       ${day}, by tombstones`);
  for (const words of [
    ["query", directory, "--until", day],
    ["show", "01999f3c-0000", directory],
  ])
    expect((await runCli(words, { env })).stderr).toContain(`retention deleted ${day}`);
  const summed = await runCli(["report", directory, "--period", day], { env });
  expect(summed.stdout).toContain(`days of this time that are gone: retention deleted ${day}`);
  expect((await runCli(["query", directory, "--since", "50d"], { env })).stderr).not.toContain("deleted");
  const log = await retain("log", directory, "--key", root.vkey);
  expect([log.code, log.stderr]).toEqual([0, ""]);
  expect(log.stdout).toMatch(
    /compressed audit_\S+ \(2 lines, .*\n.* deleted +audit_\S+ \(2 lines, .*\), after 90d {2}by /s,
  );
  const { notes } = JSON.parse((await retain("log", directory, "--json")).stdout);
  expect(notes.at(-1)).toMatchObject({ event_type: "audit.deleted", detail: { files: [{ lines: 2 }] } });
  for (const file of filesIn(directory)) rmSync(join(directory, file));
  const nothing = await runCli(["query", directory], { env });
  expect([nothing.code, nothing.stderr]).toEqual([3, expect.stringContaining(`retention deleted ${day}`)]);
});

test("who reads the notes of an anchor log that does not verify is told", async () => {
  const directory = journal();
  await retain(directory, "--yes");
  appendFileSync(join(directory, "anchor/anchor.jsonl"), "something else\n");
  const { code, stdout, stderr } = await retain("log", directory);
  expect([code, stdout]).toEqual([1, expect.stringContaining("deleted    audit_")]);
  expect(stderr).toMatch(
    /^The anchor log does not verify: FOREIGN_LINE, .*\. There may have been more than is shown\.\n$/,
  );
});

test("again there is nothing to do", async () => {
  const directory = journal();
  await retain(directory, "--yes");
  const again = await retain(directory, "--yes");
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("0 files deleted") });
});

test.each(["the environment of cron", "that of the application"])(
  "every command looks for the anchor log of a named journal in one place, in %s",
  async (whose) => {
    const directory = journal();
    const anchors = join(newDirectory(), "anchors");
    const variables = {
      ...env,
      OPENROUTER_AUDIT_ANCHOR_DIR: anchors,
      ...(whose === "that of the application" && { OPENROUTER_AUDIT_DIR: `${directory}/.` }),
    };
    const run = (...words: string[]) => runCli(words, { env: variables });
    expect((await run("retain", directory, "--yes")).code).toBe(0);
    expect([existsSync(join(anchors, "anchor.jsonl")), existsSync(join(directory, "anchor"))]).toEqual([
      true,
      false,
    ]);
    expect((await run("verify", directory)).stdout).toContain("INTACT");
    expect((await run("anchor", directory)).code).toBe(0);
    expect((await run("hold", "list", directory)).stderr).toBe("Nothing is on hold.\n");
    expect((await run("report", directory, "--since", "400d", "--fail-on", "unverified")).code).toBe(0);
    const report = ["report", directory, "--since", "400d", "--fail-on", "unverified"];
    expect((await runCli(report)).code).toBe(1);
    expect((await runCli([...report, "--anchors", anchors])).code).toBe(0);
    const out = join(newDirectory(), "x.zip");
    const period = ["--since", "400d", "--until", "now", "--unrecorded"];
    expect((await run("export", directory, ...period, "--out", out)).code).toBe(0);
  },
);

test("the anchor log of the application is not that of another journal that is named", async () => {
  const [own, other] = [journal(), journal()];
  const anchors = join(newDirectory(), "anchors");
  const variables = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: anchors, OPENROUTER_AUDIT_DIR: own };
  const run = (...words: string[]) => runCli(words, { env: variables });
  expect((await run("anchor")).code).toBe(0);
  expect((await run("retain", other, "--yes")).code).toBe(0);
  expect(existsSync(join(other, "anchor/anchor.jsonl"))).toBe(true);
  expect((await run("verify")).code).toBe(0);
  expect((await run("verify", other)).code).toBe(0);
});

test("no anchor log is begun to delete by, where the journal has one, or by a slip in its name", async () => {
  const [directory, anchors] = [journal(), join(newDirectory(), "slip")];
  const before = filesIn(directory);
  for (const words of [["--yes"], ["--dry-run"]]) {
    const slip = await retain(directory, "--anchors", anchors, ...words);
    expect([slip.code, slip.stderr]).toEqual([3, expect.stringContaining("is that its name?")]);
  }
  expect((await runCli(["anchor", directory], { env })).code).toBe(0);
  const variables = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: anchors };
  for (const words of [["--yes"], ["--dry-run"], ["--yes", "--anchors", anchors, "--new-log"]]) {
    const other = await runCli(["retain", directory, ...words], { env: variables });
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining("which may have holds")]);
  }
  expect([existsSync(anchors), filesIn(directory)]).toEqual([false, before]);
  const own = journal();
  const begun = await retain(own, "--anchors", anchors, "--new-log", "--yes");
  expect([begun.code, begun.stderr]).toEqual([0, expect.stringContaining(`begun in ${anchors}:`)]);
  expect((await retain(own, "--anchors", anchors, "--yes")).stderr).toBe("");
});

test("a journal that is tampered with is left alone", async () => {
  const directory = journal();
  const path = join(directory, `audit_${daysAgo(60)}.jsonl`);
  writeFileSync(path, readFileSync(path, "utf8").replace('"close"', '"other"'));
  const before = filesIn(directory);
  const { code, stdout } = await retain(directory, "--yes");
  expect(code).toBe(1);
  expect(stdout).toContain(
    `Nothing was done: the journal is tampered with (ROOT_MISMATCH, audit_${daysAgo(60)}.jsonl:2: `,
  );
  expect(filesIn(directory)).toEqual(before);
});

test.each([
  [["--preset", "gdpr-cnil,hipaa"], "hipaa keeps for at least 6y, gdpr-cnil for at most 12mo"],
  [["--preset", "gdpr-cnil", "--preset", "hipaa"], "hipaa keeps for at least 6y, gdpr-cnil for at most 12mo"],
  [
    ["--preset", "pci-dss", "--delete-after", "90d"],
    "--delete-after is 90d, and pci-dss keeps for at least 12mo",
  ],
  [["--preset", "gdpr-cnil", "--delete-after", "never"], '--delete-after is "never", and gdpr-cnil'],
  [
    ["--preset", "pci-dss", "--archive-after", "30d"],
    "--archive-after is 30d, and pci-dss wants 3mo at hand",
  ],
  [["--preset", "gdpr"], 'There is no preset "gdpr"'],
  [["--delete-after", "0d"], '--delete-after is not right: "0d"'],
  [["--archive-after", "2026-13-45"], "--archive-after is not right"],
  [["--yes", "--dry-run"], "cannot be used with"],
])("%j is refused, and nothing is done", async (words, message) => {
  const directory = journal();
  const before = readdirSync(directory);
  const { code, stderr } = await retain(directory, ...words);
  expect(code).toBe(3);
  expect(stderr).toContain(message);
  expect(readdirSync(directory)).toEqual(before);
});

test("the presets are listed with their sources and what they do not say", async () => {
  const { code, stdout } = await retain("--list-presets");
  expect(code).toBe(0);
  for (const name of ["eu-ai-act", "pci-dss", "hipaa", "sec-17a-4", "soc2", "iso27001", "gdpr-cnil", "sox"])
    expect(stdout).toContain(name);
  expect(stdout).toContain("a convention");
});
