import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditLog, type AuditLogOptions, type AuditProblem, verifyJournal } from "@openrouter-audit/core";
import { entriesIn, until } from "../support/audited-world.ts";
import { secret, temporaryDirectory } from "../support/journal.ts";
import { describeWithDisk, mountDisk } from "../support/tmpfs.ts";

const url = "https://openrouter.ai/api/v1/chat/completions";
const request = { method: "POST", body: "{}" };

/** A journal that has been written to, and is closed, on a disk that something else has filled. */
async function journalOnFullDisk(given: AuditLogOptions) {
  const disk = mountDisk(1 << 20);
  const directory = join(disk, "journal");
  const problems: AuditProblem[] = [];
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    return new Response("{}");
  };
  const onProblem = (problem: AuditProblem) => problems.push(problem);
  const open = () => new AuditLog({ directory, fetch, apiKey: "sk-or-v1-test", onProblem, ...given });
  await open().close();
  problems.length = 0;
  const filler = join(disk, "filler");
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
  } catch {
    // It is full.
  }
  const ask = async (audit: AuditLog) => (await audit.fetch(url, request)).text();
  return { disk, directory, problems, open, ask, sent: () => sent, makeRoom: () => rmSync(filler) };
}

const codes = (problems: readonly AuditProblem[]) => problems.map(({ code }) => code);
/** Nothing is refused before it is tried. */
const disk = { warnBytes: 0, stopBytes: 0 };

describeWithDisk("on a full disk, where the journal has been before, the log starts", () => {
  test.each([
    ["continue", { secret }],
    ["continue, and the secret beside the journal", {}],
    ["best_effort", { secret, guarantee: "best_effort" as const }],
  ])("with %s: calls go on, and are recorded when there is room", async (_name, options) => {
    const given = { disk, onFailure: "continue" as const, ...options };
    const { directory, problems, open, ask, sent, makeRoom } = await journalOnFullDisk(given);
    const audit = open();
    await until(() => problems.length > 0);
    for (let call = 0; call < 5; call += 1) await ask(audit);
    expect(sent()).toBe(5);
    expect(entriesIn(directory)).toEqual([]);
    expect(audit.health()).toMatchObject({ status: "degraded", refusing: false });
    expect(problems[0]).toMatchObject({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringMatching(/ENOSPC.*calls go on/),
    });
    makeRoom();
    await audit.flush();
    await audit.close();
    expect(codes(problems)).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED"]);
    expect(new Set(entriesIn(directory).map(({ id }) => id)).size).toBe(5);
  });

  test("with block: calls are refused until there is room", async () => {
    const { problems, open, ask, sent, makeRoom } = await journalOnFullDisk({ secret, disk });
    const audit = open();
    await until(() => problems.length > 0);
    await expect(ask(audit)).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringMatching(/ENOSPC.*new calls are refused\.$/),
    });
    expect(sent()).toBe(0);
    expect(audit.health()).toMatchObject({ status: "failing", refusing: true });
    makeRoom();
    await until(() => codes(problems).includes("JOURNAL_RECOVERED"));
    await ask(audit);
    await audit.close();
  });
});

describeWithDisk("on a disk that takes no new file, the log of a new day", () => {
  async function journalWithoutToday(given: AuditLogOptions) {
    const world = await journalOnFullDisk(given);
    const { disk: mounted, directory } = world;
    for (const name of readdirSync(directory)) if (name.startsWith("audit_")) rmSync(join(directory, name));
    const { files, ffree } = statfsSync(mounted);
    const remount = (inodes: number) =>
      execFileSync("mount", ["-o", `remount,nr_inodes=${inodes}`, mounted], { stdio: "ignore" });
    remount(files - ffree);
    return {
      ...world,
      makeRoom: () => {
        remount(files);
        world.makeRoom();
      },
    };
  }

  test("starts with continue, and begins when it can", async () => {
    const given = { secret, disk, onFailure: "continue" } as const;
    const { directory, problems, open, ask, makeRoom } = await journalWithoutToday(given);
    const audit = open();
    await until(() => problems.length > 0);
    await ask(audit);
    expect(audit.health()).toMatchObject({ status: "degraded", journal: { log: "", file: null } });
    makeRoom();
    await audit.flush();
    await audit.close();
    expect(entriesIn(directory)).toHaveLength(1);
    expect((await verifyJournal(directory)).result).toBe("intact");
  });

  test("does not start with block, and says what is missing", async () => {
    const { open } = await journalWithoutToday({ secret, disk });
    const error = expect.objectContaining({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringMatching(/ENOSPC.* Make room on that disk, for bytes and for files/),
    });
    expect(open).toThrow(error);
  });
});

test.each([
  ["a secret that is configured", { secret }],
  ["the secret beside it", {}],
])("a journal that was removed and made again has its key again, with %s", async (_name, given) => {
  const directory = temporaryDirectory();
  const problems: AuditProblem[] = [];
  const options = { directory, ...given, onProblem: (problem: AuditProblem) => problems.push(problem) };
  const audit = new AuditLog(options);
  await audit.record({ event_type: "test.before" });
  rmSync(directory, { recursive: true });
  await expect(audit.record({ event_type: "test.meanwhile" })).rejects.toMatchObject({
    code: "JOURNAL_UNWRITABLE",
  });
  mkdirSync(directory);
  await audit.flush();
  await audit.close();
  expect(readFileSync(join(directory, "public-key"), "utf8")).toBe(`${audit.publicKey}\n`);
  expect(await verifyJournal(directory)).toMatchObject({ result: "intact" });
  await new AuditLog(options).close();
});
