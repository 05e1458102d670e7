import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "@openrouter-audit/core";
import type { BatchCost, BatchSize } from "./batch.ts";
import type { Benchmark, RunOptions, Section } from "./benchmark.ts";
import { type Child, startChild } from "./child.ts";
import {
  type Case,
  callersOf,
  type JournalRound,
  journalColumns,
  journalRows,
  nameOf,
} from "./journal-rows.ts";
import { realEntry } from "./real-entry.ts";
import type { WriterSetting } from "./writer.ts";
import type { WriterName } from "./writers.ts";

const compared = ["journal", "pino, fsync", "pino", "appendFile"] as const satisfies readonly WriterName[];
const cases: readonly Case[] = [
  ...compared.flatMap((writer) => callersOf.map((callers) => ({ writer, callers }))),
  ...callersOf.map((lines) => ({ writer: "floor" as const, lines })),
];

export const journal: Benchmark = {
  purpose:
    "Durable, sealed entries a second and how long each waits, at 1, 64 and 1,024 callers, beside pino and the bare disk.",
  async run(options) {
    const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
    try {
      return [await section(directory, options)];
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

async function section(directory: string, { quick, progress }: RunOptions): Promise<Section> {
  progress("recording an entry");
  const entry = await realEntry();
  const bytes = Buffer.byteLength(JSON.stringify({ ...entry, signature: "" })) + 1;
  const started = new Map<string, Child>();
  const written = new Map<string, number>();
  const rounds: JournalRound[] = [];
  try {
    // The first rounds are not counted: in them the code is compiled.
    for (let round = quick ? 0 : -2; round < (quick ? 1 : 7); round += 1) {
      const costs: JournalRound = new Map();
      for (const each of cases) {
        progress(`round ${round + 1}: ${nameOf(each)}, ${"callers" in each ? each.callers : each.lines}`);
        const process = processOf(each);
        if (!started.has(process)) started.set(process, start(join(directory, process), each, entry, bytes));
        const size = sizeOf(each, quick);
        written.set(process, (written.get(process) ?? 0) + size.calls);
        costs.set(each, await started.get(process)!.ask<BatchCost>(size));
      }
      if (round >= 0) rounds.push(costs);
    }
  } finally {
    await Promise.all([...started.values()].map((child) => child.end()));
  }
  for (const writer of compared) await checkWritten(join(directory, writer), written.get(writer)!);
  return {
    title: `Entries of ${bytes} bytes, written one after the other by each of so many callers`,
    columns: journalColumns,
    rows: journalRows(rounds),
    note:
      "Median [min to max] of the rounds, each writer in a process of its own, one after the other in each round. A caller writes its " +
      "next entry when it was told that the one before is written: by the journal, on the disk and sealed; by pino with fsync, on the " +
      "disk; by the others, in the memory of the system. The floor is one write of the bytes of so many lines and one fdatasync, and " +
      '"times the floor" compares the median wait with that of one line. Limits: one caller waits 1.5 times the floor; 64 callers ' +
      "6 times, with 40,000 entries a second; 1,024 callers 40,000 a second; and each more a second than pino with fsync.",
  };
}

/** One process for each writer; the floors differ in what they write at once. */
function processOf(each: Case): string {
  return "lines" in each ? `floor-${each.lines}` : each.writer;
}

function start(directory: string, each: Case, entry: AuditEntry, bytes: number): Child {
  mkdirSync(directory, { mode: 0o700 });
  const setting: WriterSetting = {
    writer: each.writer,
    directory,
    entry,
    bytes: bytes * ("lines" in each ? each.lines : 1),
  };
  return startChild("writer", setting);
}

function sizeOf(each: Case, quick: boolean): BatchSize {
  if ("lines" in each) return { calls: quick ? 4 : 200, concurrency: 1 };
  const calls = { 1: 300, 64: 200 * 64, 1024: 24 * 1024 }[each.callers];
  return { calls: quick ? each.callers * 2 : calls, concurrency: each.callers };
}

/** What writes nothing is the fastest of all. */
async function checkWritten(directory: string, calls: number): Promise<void> {
  let lines = 0;
  for (const name of readdirSync(directory).filter((file) => file.endsWith(".jsonl"))) {
    for await (const block of createReadStream(join(directory, name)) as AsyncIterable<Buffer>) {
      for (let at = block.indexOf(0x0a); at >= 0; at = block.indexOf(0x0a, at + 1)) lines += 1;
    }
  }
  // The journal has some of its own besides.
  if (lines < calls) throw new Error(`Of ${calls} entries, ${lines} were written into ${directory}.`);
}
