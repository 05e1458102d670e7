import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditEventMap, AuditLogOptions, AuditProblem, DiskStatus } from "@openrouter-audit/core";
import { AuditEvents } from "../../packages/core/src/audit-events.ts";
import { DiskWatch } from "../../packages/core/src/journal/disk-watch.ts";
import { diskInWords } from "../../packages/core/src/journal/disk-words.ts";
import { newDirectory } from "../../packages/core/test/support/journals.ts";
import { entriesIn, openWorld, until } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";
import { describeWithDisk, mountDisk } from "../support/tmpfs.ts";

const MiB = 1 << 20;
type Recovery = AuditEventMap["recovered"][0];

/** A world whose journal is on a disk of 16 MiB, of which something else has taken a part. */
async function openOnDisk(options: AuditLogOptions, takenBytes = 0, oldBytes = 0) {
  const disk = mountDisk(16 * MiB);
  const filler = join(disk, "filler");
  const take = (bytes: number) => writeFileSync(filler, Buffer.alloc(bytes));
  take(takenBytes);
  const directory = join(disk, "journal");
  mkdirSync(directory);
  const old = join(directory, "audit_2020-01-01.jsonl");
  if (oldBytes > 0) writeFileSync(old, Buffer.alloc(oldBytes, "\n"));
  const world = await openWorld({ audit: { directory, ...options } });
  const { audit, fake } = world;
  const recovered: Recovery[] = [];
  audit.on("recovered", (recovery) => recovered.push(recovery));
  const state = (wanted: DiskStatus["state"]) =>
    until(() => audit.health().disk!.state === wanted && audit.health().disk!.lookedAt !== null);
  const ask = async () => (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  const entries = () => entriesIn(directory);
  return {
    ...world,
    entries,
    directory,
    old,
    take,
    empty: () => truncateSync(filler, 0),
    recovered,
    state,
    ask,
  };
}

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

describeWithDisk("the disk of the journal", () => {
  test("is told of when it becomes low, before it is full, and calls go on", async () => {
    const disk = { warnBytes: 8 * MiB, stopBytes: 2 * MiB };
    const { audit, ask, state, problems, take } = await openOnDisk({ disk });
    await state("ok");
    expect(audit.health()).toMatchObject({ status: "ok", reasons: [] });
    take(10 * MiB);
    await state("low");
    await ask();
    expect(codes(problems)).toEqual(["DISK_LOW"]);
    expect(problems[0]!.message).toMatch(
      /journal has [\d.]+ MiB left of 16 MiB, less than 8 MiB .*below 2 MiB/,
    );
    expect(audit.health()).toMatchObject({
      status: "degraded",
      reasons: [{ part: "disk", code: "DISK_LOW", message: problems[0]!.message, failing: false }],
      disk: { state: "low", totalBytes: 16 * MiB, ...disk },
    });
  });

  test("with block, refuses new calls below the stop threshold, records those under way, and goes on by itself", async () => {
    const disk = { warnBytes: 4 * MiB, stopBytes: 2 * MiB };
    const world = await openOnDisk({ disk }, 13 * MiB);
    const { audit, fake, ask, state, problems, recovered, take, empty, directory } = world;
    await state("low");
    // It ends when it is read.
    const underWay = await audit.fetch(`${fake.url}/chat/completions`, asking());
    expect(audit.health().callsRunning).toBe(1);
    take(15 * MiB);
    await state("full");
    const sent = fake.requests.length;
    const refused = await ask().catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "AuditError", code: "JOURNAL_UNWRITABLE" });
    expect((refused as Error).message).toMatch(
      new RegExp(`in ${directory} has .* left of 16 MiB, less than 2 MiB.*Make room on that disk`),
    );
    await expect(audit.record({ event_type: "test.event" })).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
    });
    expect(fake.requests).toHaveLength(sent);
    expect(audit.health()).toMatchObject({
      status: "failing",
      reasons: [{ code: "DISK_FULL", failing: true }],
    });
    await underWay.text();
    expect(world.entries()).toEqual([expect.objectContaining({ status: "success" })]);
    empty();
    await state("ok");
    await ask();
    expect(codes(problems)).toEqual(["DISK_LOW", "DISK_FULL"]);
    expect(recovered).toEqual([{ part: "disk", name: directory }]);
    expect(audit.health().status).toBe("ok");
  });

  test("with continue, calls go on", async () => {
    const options = { onFailure: "continue", disk: { stopBytes: 2 * MiB } } as const;
    const { audit, ask, state, problems, entries } = await openOnDisk(options, 15 * MiB);
    await state("full");
    await ask();
    expect(entries()).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "DISK_FULL", message: expect.stringContaining("Calls go on") });
    expect(audit.health()).toMatchObject({
      status: "degraded",
      reasons: [{ code: "DISK_FULL", failing: false }],
    });
  });

  test("has limits that depend on its size", async () => {
    const { audit, state } = await openOnDisk({});
    await state("ok");
    expect(audit.health().disk).toMatchObject({
      warnBytes: Math.floor(1.6 * MiB),
      stopBytes: Math.floor(0.16 * MiB),
      quota: null,
    });
  });

  test("has a quota of the journal's files and those of delivery", async () => {
    const disk = { warnBytes: 0, stopBytes: 0, quotaBytes: 100_000 };
    const { audit, ask, state, problems, directory, old } = await openOnDisk({ disk }, 0, 92_000);
    await state("low");
    expect(problems[0]).toMatchObject({
      code: "DISK_LOW",
      message: expect.stringContaining("of its 97.7 KiB"),
    });
    mkdirSync(join(directory, "delivery"));
    writeFileSync(join(directory, "delivery", "archive.json"), Buffer.alloc(8_000));
    await state("full");
    await expect(ask()).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    const own = readFileSync(join(directory, audit.health().journal.file!)).length;
    expect(audit.health().disk!.quota).toEqual({ usedBytes: 100_000 + own, quotaBytes: 100_000 });
    rmSync(old);
    await state("ok");
    await ask();
  });
});

/** A watch by itself, and what it told of. */
function watchOf(
  directory: string,
  pauseMs: number,
  stopBytes: number | null = null,
  quotaBytes: number | null = null,
) {
  const told: AuditProblem[] = [];
  const limits = { warnBytes: 0, stopBytes, quotaBytes };
  const events = new AuditEvents((problem) => told.push(problem));
  const pause = { ok: pauseMs, little: pauseMs };
  const watch = new DiskWatch({ directory, limits, onFailure: "block", events, pauseMs: pause });
  return { watch, told };
}

describeWithDisk("a burst of entries", () => {
  test("has the disk looked at without waiting", async () => {
    const disk = mountDisk(64 * MiB);
    const { watch, told } = watchOf(disk, 3_600_000, 32 * MiB);
    await until(() => watch.status().state === "ok");
    const file = join(disk, "audit_2026-11-25.jsonl");
    writeFileSync(file, Buffer.alloc(40 * MiB));
    watch.grown({ file, size: 15 * MiB });
    watch.grown({ file, size: 17 * MiB });
    await until(() => watch.failure !== null);
    expect(codes(told)).toEqual(["DISK_FULL"]);
    watch.close();
    expect(watch.failure).toBeNull();
  });
});

test("that a disk is low names no threshold that is switched off", () => {
  const words = diskInWords("/journal", { free: 5, total: 9 }, { warn: 6, stop: 0 }, "low", "block");
  expect(words).toMatch(/less than 6 B \(option disk\.warnBytes\)\. Make room on that disk\.$/);
});

test("a file system that does not say how large it is is named once, and stops nothing", async () => {
  const { watch, told } = watchOf("/proc", 1);
  await until(() => told.length > 0);
  await sleep(20);
  watch.close();
  expect(told).toEqual([
    expect.objectContaining({ code: "DISK_UNKNOWN", message: expect.stringMatching(/\/proc.*does not say/) }),
  ]);
  expect(watch.failure).toBeNull();
  expect(watch.status()).toMatchObject({ state: "unknown", freeBytes: null, lookedAt: null });
});

test("a quota that cannot be counted does not hide that the disk is full", async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, "delivery"), "no folder");
  const { watch, told } = watchOf(directory, 1, Number.MAX_SAFE_INTEGER, 1);
  await until(() => watch.failure !== null);
  await sleep(20);
  watch.close();
  expect(codes(told)).toEqual(["DISK_UNKNOWN", "DISK_FULL"]);
  expect(told[0]!.message).toMatch(/How much the journal in .* takes of its quota/);
  expect(watch.status()).toMatchObject({ state: "full", quota: { usedBytes: 0 } });
});
