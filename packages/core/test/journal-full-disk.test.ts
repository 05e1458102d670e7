import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, readJournal, verifyJournal } from "../src/index.ts";
import { entriesIn, newDirectory, openLog } from "./support/journals.ts";

import.meta.jest.setTimeout(60_000);
const disk = newDirectory();
const mount = (...options: string[]) => execFileSync("mount", options, { stdio: "ignore" });
const unmount = () => execFileSync("umount", ["--lazy", disk]);

function mayMount(): boolean {
  try {
    mount("-t", "tmpfs", "tmpfs", disk);
    unmount();
    return true;
  } catch {
    console.warn("SKIPPED: a full disk can be tested only by a user who may mount one.");
    return false;
  }
}

const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });
const event = (text: string, size = 0) => ({
  event_type: "test.event",
  metadata: Object.fromEntries([
    ["text", text],
    ...Array.from({ length: size }, (_, k) => [`part_${k}`, "x".repeat(2000)]),
  ]),
});

/** Leaves a few pages, so that the first lines of a large commit are written and a later one is cut. */
function fillDisk(): () => void {
  const filler = join(disk, "filler");
  for (let size = 512 * 1024; size > 0; size -= 4096) {
    try {
      writeFileSync(filler, Buffer.alloc(size));
      execFileSync("truncate", ["-s", "-40960", filler]);
      return () => rmSync(filler);
    } catch {
      rmSync(filler, { force: true });
    }
  }
  throw new Error("The disk cannot be filled.");
}

async function readAll(directory: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readJournal(directory)) entries.push(entry);
  return entries;
}

(mayMount() ? describe : describe.skip)("when the disk is full", () => {
  beforeEach(() => mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", disk));
  afterEach(unmount);

  test("nothing is sent, nothing is lost, and every entry is counted once when there is room again", async () => {
    const directory = join(disk, "once");
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      return new Response("{}");
    };
    const { log, problems } = openLog(directory, { fetch, disk: { warnBytes: 0, stopBytes: 0 } });
    const makeRoom = fillDisk();
    const numbers = Array.from({ length: 6 }, (_, number) => `together ${number}`);
    const outcomes = await Promise.allSettled(numbers.map((text) => log.record(event(text, 7))));
    const refused = expect.objectContaining({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringContaining("ENOSPC"),
    });
    expect(outcomes).toEqual(numbers.map(() => ({ status: "rejected", reason: refused })));
    await expect(log.fetch("https://openrouter.ai/api/v1/models")).rejects.toEqual(refused);
    expect(sent).toBe(0);
    await expect(log.record(event("meanwhile"))).rejects.toEqual(refused);
    await expect(log.flush()).rejects.toEqual(refused);
    makeRoom();
    await log.flush();
    await log.record(event("afterwards"));
    await log.close();

    const texts = (await readAll(directory)).map(({ metadata }) => metadata.text);
    expect(texts).toEqual([...numbers, "meanwhile", "afterwards"]);
    const written = entriesIn(directory, { skipTorn: true }).filter(
      ({ metadata }) => metadata.text === numbers[0],
    );
    expect(written.length).toBeGreaterThan(1);
    expect(new Set(written.map(({ id }) => id)).size).toBe(1);
    expect(new Set(written.map(({ log }) => log)).size).toBe(written.length);
    expect(new Set(problems.map(({ code }) => code))).toEqual(
      new Set(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED"]),
    );
    const { result, problems: found } = await verifyJournal(directory, inAnHour());
    expect(result).toBe("incomplete");
    expect(found.map(({ verdict }) => verdict)).toEqual(
      expect.arrayContaining(["UNSIGNED_TAIL", "TORN_TAIL"]),
    );
    expect(found.filter((problem) => problem.result === "tampered")).toEqual([]);
  });

  test("the log takes itself up again without being asked", async () => {
    const recovered = new Promise<void>((resolve) => {
      void (async () => {
        const { log } = openLog(join(disk, "alone"), {
          onProblem: ({ code }) => {
            if (code === "JOURNAL_RECOVERED") resolve(log.close());
          },
        });
        const makeRoom = fillDisk();
        await Promise.allSettled(Array.from({ length: 6 }, () => log.record(event("kept", 7))));
        makeRoom();
      })();
    });
    await recovered;
    expect(await readAll(join(disk, "alone"))).toHaveLength(6);
  });

  test("what does not fit in memory is counted once, whatever the number of attempts to write", async () => {
    const directory = join(disk, "many");
    // What is refused because the disk was seen to be full is told to who asked, and counted by nobody: not here.
    const { log } = openLog(directory, { disk: { warnBytes: 0, stopBytes: 0 } });
    const makeRoom = fillDisk();
    await Promise.allSettled(Array.from({ length: 6 }, () => log.record(event("first", 7))));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await Promise.allSettled(Array.from({ length: 3400 }, () => log.record({ event_type: "test.event" })));
      await log.flush().catch(() => undefined);
    }
    makeRoom();
    mount("-o", "remount,size=64m", disk);
    await log.flush();
    await log.close();
    const gaps = entriesIn(directory, { skipTorn: true }).filter(
      ({ event_type }) => event_type === "audit.gap",
    );
    const kept = (await readAll(directory)).length;
    const total = 6 + 3 * 3400;
    expect(gaps.map(({ detail }) => detail.count)).toEqual([total - kept]);
    expect(kept).toBe(10_000);
    expect((await verifyJournal(directory, inAnHour())).problems.map(({ verdict }) => verdict)).toContain(
      "GAP",
    );
  });

  test("closing a log that cannot be written says so, each time", async () => {
    const directory = join(disk, "close");
    const { log } = openLog(directory);
    const makeRoom = fillDisk();
    await Promise.allSettled(Array.from({ length: 6 }, () => log.record(event("lost", 7))));
    const refused = expect.objectContaining({ code: "JOURNAL_UNWRITABLE" });
    await expect(Promise.allSettled([log.close(), log.close()])).resolves.toEqual([
      { status: "rejected", reason: refused },
      { status: "rejected", reason: refused },
    ]);
    makeRoom();
    await openLog(directory).log.close();
  });
});
