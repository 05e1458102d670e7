import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeLake } from "@openrouter-audit/analysis";
import type { Benchmark, RunOptions, Section } from "./benchmark.ts";
import { startChild } from "./child.ts";
import { jqSpeed } from "./jq.ts";
import { monthBegins, writeMonth } from "./month.ts";
import { oneDay } from "./one-day.ts";
import { type QueryCase, type QueryRound, queryColumns, queryRows } from "./query-rows.ts";
import type { ReaderAnswer, ReaderQuestion } from "./question-reader.ts";

const user = "user-7";
const jqBytes = 100e6;

/** Each place is read by the product and by hand; the node loop, which all are measured by, reads the journal. */
const cases: readonly QueryCase[] = (["filter", "report"] as const).flatMap((what) => [
  { what, how: "node loop", of: "journal", limit: null },
  { what, how: "product", of: "journal", limit: 5 },
  { what, how: "DuckDB by hand", of: "journal", limit: null },
  { what, how: "node loop", of: "archives", limit: null },
  { what, how: "product", of: "archives", limit: null },
  { what, how: "DuckDB by hand", of: "archives", limit: null },
  { what, how: "product", of: "lake", limit: what === "report" ? 13 : null },
  { what, how: "DuckDB by hand", of: "lake", limit: null },
]);

export const query: Benchmark = {
  purpose: "How fast a month of log is searched and summed up, beside jq, a node loop and DuckDB by hand.",
  async run(options) {
    const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
    try {
      return await sections(directory, options);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

async function sections(
  directory: string,
  {
    quick,
    progress,
    entries = quick ? 500 : 300_000,
    days = quick ? 2 : 31,
    rounds: most = quick ? 1 : 5,
  }: RunOptions,
): Promise<Section[]> {
  const places = {
    journal: join(directory, "journal"),
    archives: join(directory, "archives"),
    lake: join(directory, "lake"),
  };
  const written = writeMonth(places.journal, {
    entries,
    days,
    onProgress: (count) => {
      if (count % 10_000 < 64) progress(`sealing a month: ${count} of ${entries} entries`);
    },
  });
  progress("packing it");
  archive(places.journal, places.archives);
  progress("making a lake of it");
  await writeLake(places.journal, places.lake);
  const rounds: QueryRound[] = [];
  const jq: Record<"filter" | "report", number[]> = { filter: [], report: [] };
  for (let round = 0; round < most; round += 1) {
    const answers: QueryRound = new Map();
    for (const each of cases) {
      progress(`round ${round + 1}: ${each.what} of the ${each.of}, ${each.how}`);
      answers.set(each, await ask({ how: each.how, what: each.what, place: places[each.of], user }));
    }
    rounds.push(answers);
    for (const what of ["filter", "report"] as const) {
      progress(`round ${round + 1}: ${what}, jq`);
      const speed = await jqSpeed(places.journal, what, user, jqBytes);
      if (speed !== null) jq[what].push(speed);
    }
  }
  // The newest: of an earlier one, all that was recorded since is read too.
  const day = new Date(monthBegins + (days - 1) * 86_400_000).toISOString().slice(0, 10);
  progress("asking the command");
  return [
    {
      title: `${written.entries} entries of ${days} days, ${Math.round(written.bytes / 1e6)} MB as JSONL`,
      columns: queryColumns,
      rows: queryRows(rounds, jq, written),
      note:
        "Median [min to max] of the rounds; each reading in a new process, of files in memory. GB/s are bytes of JSONL by the clock, also where they are packed. " +
        `"times node loop" is by the clock, against the node loop over JSONL of the same round. The filter finds all entries of one user, whole; the report of the product has all it has, ` +
        "the others only its sums and percentiles, in total and by all that it groups calls by. jq reads the first 100 MB, and of a report only what is asked for. " +
        "Limits: 5 times the node loop on JSONL, the report 13 times on the lake; 600 MB resident.",
    },
    await oneDay(places.journal, day, user, quick ? 1 : 7, Math.round(written.entries / days)),
  ];
}

/** Each file packed, as operators do. */
function archive(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of readdirSync(from))
    if (name.endsWith(".jsonl"))
      writeFileSync(join(to, `${basename(name)}.gz`), gzipSync(readFileSync(join(from, name))), {
        mode: 0o600,
      });
}

async function ask(question: ReaderQuestion): Promise<ReaderAnswer> {
  const child = startChild("question-reader", {});
  return child.ask<ReaderAnswer>(question).finally(() => child.end());
}
