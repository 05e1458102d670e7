import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publicKeyOf } from "@openrouter-audit/core";
import { without } from "../../packages/core/test/support/attacks.ts";
import { newDirectory, secret } from "../../packages/core/test/support/journals.ts";
import { anHourAfter, copyOf, damage, journalFiles, restarted } from "./journals.ts";
import { standalone } from "./standalone.ts";

// An anchor log as `openrouter-audit anchor` writes it, read by the verifier of one file.

const command = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
const key = publicKeyOf(secret);

test("the heads of an anchor log, and those of it that somebody keeps, prove what was cut", async () => {
  const journal = await restarted();
  const kept = newDirectory();
  const [anchorDirectory, knownHeads] = [join(kept, "anchor"), join(kept, "heads.jsonl")];
  const words = [command, "anchor", journal, "--anchors", anchorDirectory, "--heads-to", knownHeads];
  execFileSync(process.execPath, words, { env: { ...process.env, OPENROUTER_AUDIT_SECRET: secret } });
  const now = anHourAfter(journal).getTime();
  const verdicts = async (directory: string, options = {}) => {
    const { result, findings } = await standalone.verifyJournal([directory], { key, now, ...options });
    return [result, ...findings.map(({ verdict, file, line }) => `${verdict} ${file}:${line}`)];
  };
  expect(await verdicts(journal, { anchorDirectory, knownHeads })).toEqual(["intact"]);

  const cut = copyOf(journal);
  damage(journalFiles(cut)[0]!, (lines) => without(lines, 8));
  expect((await verdicts(cut))[0]).toBe("incomplete");
  expect(await verdicts(cut, { anchorDirectory })).toEqual(["tampered", "TRUNCATED anchor.jsonl:2"]);

  damage(join(anchorDirectory, "anchor.jsonl"), (lines) => without(lines, 2));
  expect((await verdicts(cut, { anchorDirectory }))[0]).toBe("incomplete");
  expect(await verdicts(cut, { anchorDirectory, knownHeads })).toContain("TRUNCATED null:null");
});
