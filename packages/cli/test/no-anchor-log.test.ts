import { rmSync } from "node:fs";
import { join } from "node:path";
import { addHold } from "@openrouter-audit/retention";
import { newDirectory, oldJournal, root, secret } from "../../retention/test/support/old-journal.ts";
import { putOtherLog } from "./other-anchor-log.ts";
import { runCli } from "./run-cli.ts";

const run = (...words: string[]) => runCli(words, { env: { OPENROUTER_AUDIT_SECRET: secret } });

test("archive verify of a journal without an anchor log is incomplete: nothing was looked at", async () => {
  const { directory } = oldJournal();
  const { code, stdout, stderr } = await run("archive", "verify", directory);
  expect([code, stdout]).toEqual([2, expect.stringContaining("nothing was looked at")]);
  expect(stderr).toBe(`There is no anchor log in ${join(directory, "anchor")}: nothing was noted there.\n`);
  const { result, key_source, archives, local } = JSON.parse(
    (await run("archive", "verify", directory, "--json")).stdout,
  );
  expect({ result, key_source, archives, local }).toEqual({
    result: "incomplete",
    key_source: "journal",
    archives: [],
    local: [],
  });
  expect((await run("archive", "verify", join(directory, "none"))).code).toBe(3);
});

test("archive verify does not say that nothing was noted where the anchor log of the journal is elsewhere", async () => {
  const { directory } = oldJournal();
  await addHold(directory, {
    person: { id: "legal" },
    reason: "x",
    root,
    everything: true,
    anchors: newDirectory(),
  });
  const none = await run("archive", "verify", directory);
  expect([none.code, none.stdout]).toEqual([3, ""]);
  expect(none.stderr).toContain("in another anchor log, and there is none in");
  await putOtherLog(directory);
  const other = await run("archive", "verify", directory);
  expect([other.code, other.stderr]).toEqual([3, expect.stringContaining("in another anchor log than that")]);
});

test.each(["verify", "archive verify"])(
  "%s says in words that there is no anchor log where --anchors says",
  async (command) => {
    const { directory } = oldJournal();
    const [slip, empty] = [join(newDirectory(), "slip"), newDirectory()];
    for (const [anchors, why] of [
      [slip, "there is no such directory"],
      [empty, "it has no file anchor.jsonl"],
    ] as const) {
      const { code, stderr } = await run(...command.split(" "), directory, "--anchors", anchors);
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining(`There is no anchor log in ${anchors}: ${why}. Is that its name (--anchors`),
      ]);
      expect(stderr).not.toContain("ENOENT");
    }
  },
);

test("an anchor log that is gone, while what was published of it is there, is none that never was", async () => {
  const { directory } = oldJournal();
  await run("anchor", directory);
  rmSync(join(directory, "anchor/anchor.jsonl"));
  const { code, stderr } = await run("archive", "verify", directory);
  expect([code, stderr]).toEqual([1, expect.stringContaining("does not verify")]);
});
