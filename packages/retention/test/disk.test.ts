import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { anchorJournal } from "@openrouter-audit/anchor";
import { verifyJournal } from "@openrouter-audit/core";
import { describeWithDisk, mountDisk } from "../../../test/support/tmpfs.ts";
import { retain } from "../src/index.ts";
import { filesIn, newDirectory, newJournal, OldLog, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");

describeWithDisk("on a disk that is full", () => {
  test("what cannot be compressed stays as it was, nothing half-made is left, and the next run does it", async () => {
    const directory = mountDisk(512 << 10);
    const log = new OldLog(directory, "2026-10-01T10:00:00.000Z");
    const users = Array.from({ length: 100 }, (_none, index) => `user-${index}`);
    log.write("2026-10-01T11:00:00.000Z", ...users).write("2026-10-02T11:00:00.000Z", ...users);
    log.close("2026-10-02T12:00:00.000Z");
    const files = filesIn(directory);
    const before = files.map((name) => readFileSync(join(directory, name)));
    const filler = join(directory, "filler");
    expect(() => writeFileSync(filler, Buffer.alloc(1 << 20))).toThrow("ENOSPC");
    const anchors = newDirectory();

    const run = await retain(directory, {}, { root, now, anchors });

    expect(run.files.map(({ done }) => done)).toEqual(["failed", "stays"]);
    expect(run.files[0]!.error).toContain("ENOSPC");
    expect(run.files[1]!.because.join()).toContain(
      "nothing more was done after audit_2026-10-01.jsonl failed",
    );
    expect(filesIn(directory)).toEqual(files);
    expect(files.map((name) => readFileSync(join(directory, name)))).toEqual(before);

    rmSync(filler);
    await retain(directory, {}, { root, now, anchors });
    expect(filesIn(directory)).toEqual(files.map((name) => `${name}.gz`));
  });

  test("what is old enough goes, when the anchor log is elsewhere, and then it is noted where that is", async () => {
    const directory = mountDisk(512 << 10);
    new OldLog(directory, "2026-06-01T10:00:00.000Z").close("2026-06-01T12:00:00.000Z");
    expect(() => writeFileSync(join(directory, "filler"), Buffer.alloc(1 << 20))).toThrow("ENOSPC");
    const anchors = newDirectory();
    const run = await retain(directory, {}, { root, now, anchors });
    expect(run.files.map(({ done }) => done)).toEqual(["deleted"]);
    expect(readdirSync(directory).sort()).toEqual(["filler", "retention-log"]);
  });

  test("nothing goes of which the tombstone cannot be written, and what is left verifies; the next run does it", async () => {
    const directory = newJournal();
    for (let index = 0; index < 60; index += 1)
      new OldLog(directory, "2026-06-01T10:00:00.000Z").close("2026-06-01T11:00:00.000Z");
    const anchors = mountDisk(512 << 10);
    await anchorJournal({ directory, root, anchors, now });
    const [filler, room] = [join(anchors, "filler"), join(anchors, "room")];
    // Enough for a lock, and not for sixty cuts.
    writeFileSync(room, Buffer.alloc(16 << 10));
    expect(() => writeFileSync(filler, Buffer.alloc(1 << 20))).toThrow("ENOSPC");
    rmSync(room);

    await expect(retain(directory, {}, { root, now, anchors })).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringContaining("anchor log"),
    });
    expect(filesIn(directory)).toEqual(["audit_2026-06-01.jsonl"]);
    const verify = () => verifyJournal(directory, { key: root.vkey, anchors, now: now() });
    expect((await verify()).result).not.toBe("tampered");

    rmSync(filler);
    const run = await retain(directory, {}, { root, now, anchors });
    expect(run.files.map(({ done }) => done)).toEqual(["deleted"]);
    expect((await verify()).result).not.toBe("tampered");
  });
});
