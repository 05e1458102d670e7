import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { retain } from "../src/index.ts";
import { oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");
const asRoot = process.getuid?.() === 0 ? test : test.skip;

const stateOf = (path: string) => {
  const { uid, gid, mode } = lstatSync(path);
  return [uid, gid, (mode & 0o777).toString(8)];
};

asRoot(
  "what root archives, notes and locks belongs to whoever has the journal, with the modes it had",
  async () => {
    const { directory } = oldJournal();
    const [uid, gid] = [65_534, 65_533];
    for (const path of [directory, ...readdirSync(directory).map((name) => join(directory, name))])
      chownSync(path, uid, gid);
    chmodSync(join(directory, "audit_2026-10-01.jsonl"), 0o640);
    chmodSync(join(directory, "audit_2026-10-02.jsonl"), 0o600);
    await retain(directory, {}, { root, now });
    expect(stateOf(join(directory, "audit_2026-10-01.jsonl.gz"))).toEqual([uid, gid, "640"]);
    expect(stateOf(join(directory, "audit_2026-10-02.jsonl.gz"))).toEqual([uid, gid, "600"]);
    const made = ["anchor", "anchor/anchor.jsonl", "anchor/checkpoint", "retention-log"];
    for (const name of made) expect(stateOf(join(directory, name)).slice(0, 2)).toEqual([uid, gid]);
    // Once more, over what is there.
    await retain(directory, {}, { root, now: () => new Date("2027-11-26T12:00:00.000Z") });
    expect(stateOf(join(directory, "anchor/checkpoint"))).toEqual([uid, gid, "600"]);
  },
);

asRoot(
  "who cannot give an archive to the owner of its original is refused before anything is touched",
  async () => {
    const { directory } = oldJournal();
    chmodSync(directory, 0o777);
    for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o666);
    const before = readdirSync(directory);
    process.seteuid!(12_345);
    try {
      await expect(retain(directory, {}, { root, now })).rejects.toMatchObject({
        code: "JOURNAL_UNWRITABLE",
        message: expect.stringContaining("belongs to user 0, and this is user 12345"),
      });
    } finally {
      process.seteuid!(0);
    }
    expect(readdirSync(directory)).toEqual(before);
  },
);
