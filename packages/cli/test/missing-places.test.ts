import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "./run-cli.ts";
import { newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const call = () => sampleJournal((call) => call("alice", "openai/gpt-5"));
const run = (...words: string[]) => runCli(words, { env: { OPENROUTER_AUDIT_SECRET: secret } });

test("report --anchors of a slip makes no report that is not verified, but says so in words", async () => {
  const directory = await call();
  const [slip, empty] = [join(directory, "slip"), newDirectory()];
  for (const [anchors, why] of [
    [slip, "there is no such directory"],
    [empty, "it has no file anchor.jsonl"],
  ] as const)
    for (const form of [[], ["--json"], ["--no-verify"]]) {
      const { code, stdout, stderr } = await run("report", directory, "--anchors", anchors, ...form);
      expect([code, stdout]).toEqual([3, ""]);
      expect(stderr).toContain(`There is no anchor log in ${anchors}: ${why}. Is that its name (--anchors`);
    }
});

test("a report where OPENROUTER_AUDIT_ANCHOR_DIR has no anchor log yet says in words why it is not verified", async () => {
  const directory = await call();
  const anchors = newDirectory();
  const env = { OPENROUTER_AUDIT_ANCHOR_DIR: anchors };
  const { code, stdout } = await runCli(["report", directory, "--json"], { env });
  const { result, reason } = JSON.parse(stdout).verification;
  expect([code, result, reason]).toEqual([
    0,
    "not_verified",
    expect.stringMatching(/^Cannot read .*anchor\.jsonl: (Error: )?there is no such file or directory\.$/),
  ]);
});

test("of an anchor log that was removed, while what it published is there, a report says that it is missing", async () => {
  const directory = await call();
  await run("anchor", directory);
  const anchors = join(directory, "anchor");
  rmSync(join(anchors, "anchor.jsonl"));
  const { code, stdout } = await run("report", directory, "--anchors", anchors, "--json");
  const { result, problems } = JSON.parse(stdout).verification;
  expect([code, result, problems[0].code]).toEqual([1, "tampered", "MISSING_STREAM"]);
});

const exported = "export --since 2026-11 --until 2026-11 --unrecorded --out SLIP.zip";

test.each([
  "verify --rotations SLIP",
  "verify --known-heads SLIP",
  "verify --known-heads SLIP/heads --update",
  "verify --key @SLIP",
  "report --rotations SLIP",
  "report --key @SLIP",
  "show 0199 --rotations SLIP",
  "prove 0199 --rotations SLIP",
  "prove-consistency --rotations SLIP",
  `${exported} --rotations SLIP`,
  `${exported} --controls SLIP`,
  `${exported} --key @SLIP`,
])("%s says in words that this is not there, and does nothing", async (command) => {
  const directory = await call();
  const slip = join(newDirectory(), "slip");
  const words = command.split(" ").map((word) => word.replace("SLIP", slip));
  const ids = words.includes("0199") ? 2 : 1;
  const { code, stdout, stderr } = await run(...words.slice(0, ids), directory, ...words.slice(ids));
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(/there is no (such )?(file|directory)/i);
  expect(stderr).toContain(slip);
  expect(stderr).not.toMatch(/ENOENT|scandir/);
  expect([existsSync(slip), existsSync(`${slip}.zip`)]).toEqual([false, false]);
});

test("what is there is taken", async () => {
  const directory = await call();
  const rotations = newDirectory();
  mkdirSync(join(rotations, "heads"));
  const heads = join(rotations, "heads", "known");
  const words = ["verify", directory, "--rotations", rotations, "--known-heads", heads, "--update"];
  expect((await run(...words)).code).not.toBe(3);
  expect(existsSync(heads)).toBe(true);
});
