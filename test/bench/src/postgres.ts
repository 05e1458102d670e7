import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { migrate, postgresSink, readPostgres } from "@openrouter-audit/sink-postgres";
import pg from "pg";
import { LogSealer } from "../../../packages/core/dist/seal/log-sealer.js";
import type { Benchmark, Row, RunOptions, Section } from "./benchmark.ts";
import { Database } from "./database.ts";
import { fillTable } from "./fill-table.ts";
import { type Question, questionsAbout, timeOf, type Way, ways } from "./questions.ts";
import { realEntry } from "./real-entry.ts";
import { draftLike } from "./sealed-journal.ts";
import { type Spread, spreadOf } from "./statistics.ts";

const usualRows = 10_000_000;
/** With its indexes, measured; and what the server writes ahead. */
const bytesOfRow = 5_900;
const bytesBesides = 3e9;
const daysOf = (quick: boolean) => (quick ? 4 : 60);

export const postgres: Benchmark = {
  purpose:
    "What people ask a table of ten million entries (--rows), beside the same without its indexes and partitions.",
  async run(options) {
    const rows = options.rows ?? (options.quick ? 2_000 : usualRows);
    const bytesNeeded = rows * bytesOfRow + bytesBesides;
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < bytesNeeded)
      throw new Error(
        `${rows} rows take ${gigabytes(bytesNeeded)}, and ${tmpdir()} has ${gigabytes(bavail * bsize)} left: give fewer (--rows), or another TMPDIR.`,
      );
    options.progress("starting a server");
    const database = await Database.create();
    const ended = () => void database.drop().finally(() => process.exit(130));
    process.once("SIGINT", ended);
    try {
      return [await asked(database, rows, options), await delivered(database, options)];
    } finally {
      process.off("SIGINT", ended);
      options.progress("dropping the table");
      await database.drop();
    }
  },
};

async function asked(database: Database, rows: number, { quick, progress }: RunOptions): Promise<Section> {
  const days = daysOf(quick);
  const size = { shared_buffers: quick ? "32MB" : "512MB", max_wal_size: "2GB" };
  await database.start({
    ...size,
    fsync: "off",
    wal_level: "minimal",
    max_wal_senders: "0",
    checkpoint_timeout: "1h",
  });
  await withClient(database, (client) => migrate(client));
  await fillTable(database.url(), await realEntry(), {
    rows,
    days,
    onProgress: (done) => progress(`filling: ${done} of ${rows} rows, ${Math.floor((100 * done) / rows)} %`),
  });
  await database.start(size);
  const { bytes, generation } = await withClient(database, async (client) => {
    const { rows: found } = await client.query(
      `select (select sum(pg_total_relation_size(inhrelid)) from pg_inherits)::text as bytes,
         (select generation_id from openrouter_audit.entries offset 7 limit 1) as generation`,
    );
    return found[0] as { bytes: string; generation: string };
  });
  const table: Row[] = [];
  for (const question of questionsAbout(days, generation))
    table.push(await rowOf(database, question, quick, progress));
  table.push(await lastByReader(database, quick));
  return {
    title: `Questions to ${rows.toLocaleString("en-US")} entries of ${days} days, ${gigabytes(Number(bytes))} with indexes`,
    columns: ["question", ...Object.keys(ways), "times as fast", "of these by pruning"],
    rows: table,
    note:
      "Milliseconds to the last row, median [min to max] of 5, the first of them not counted; what takes long is asked once. Each with a new connection, of a " +
      "server with 512 MB of its own memory. The comparison is the same statement on the same rows, with indexes turned off, and then the pruning " +
      "of partitions too: what is left is a scan of everything. The last line is readPostgres(), with all that it looks up besides.",
  };
}

async function rowOf(
  database: Database,
  question: Question,
  quick: boolean,
  progress: RunOptions["progress"],
): Promise<Row> {
  const times = {} as Record<Way, Spread>;
  for (const way of Object.keys(ways) as Way[]) {
    progress(`${question.name}, ${way}`);
    const measured: number[] = [await timeOf(database, way, question)];
    for (let round = 0; !quick && round < 5 && measured[0]! < 20_000; round += 1) {
      measured.push(await timeOf(database, way, question));
    }
    times[way] = spreadOf(measured.length > 1 ? measured.slice(1) : measured);
  }
  const [shipped, unindexed, scanned] = Object.values(times) as [Spread, Spread, Spread];
  return {
    figures: {
      question: question.name,
      ms: times,
      times_as_fast: scanned.median / shipped.median,
      by_pruning: scanned.median / unindexed.median,
    },
    cells: [
      question.name,
      ...Object.values(times).map(told),
      (scanned.median / shipped.median).toFixed(1),
      (scanned.median / unindexed.median).toFixed(1),
    ],
  };
}

async function lastByReader(database: Database, quick: boolean): Promise<Row> {
  const source = readPostgres({ connectionString: database.url() });
  const measured: number[] = [];
  for (let round = 0; round < (quick ? 2 : 6); round += 1) {
    const begun = performance.now();
    let count = 0;
    for await (const _ of source.read({ userId: "user-2500", newest: 100, onGap: () => undefined }))
      count += 1;
    if (count > 100) throw new Error("More than the newest were read.");
    measured.push(performance.now() - begun);
  }
  await source.close?.();
  const ms = spreadOf(measured.slice(1));
  const name = "the last 100 calls of a user, readPostgres()";
  return { figures: { question: name, ms: { "as shipped": ms } }, cells: [name, told(ms), "", "", "", ""] };
}

async function delivered(database: Database, { quick, progress }: RunOptions): Promise<Section> {
  const entry = await realEntry();
  const sink = postgresSink({ connectionString: database.url() });
  const rows: Row[] = [];
  for (const size of [1, 64, 1000]) {
    progress(`delivering batches of ${size}`);
    const sealer = new LogSealer("bench");
    const perSecond: number[] = [];
    for (let round = 0; round < (quick ? 2 : 6); round += 1) {
      const batches = Array.from({ length: quick ? 1 : Math.min(200, Math.ceil(10_000 / size)) }, () => {
        const drafts = Array.from({ length: size }, () => draftLike(entry));
        const { lines } = sealer.seal(drafts, new Date());
        return lines
          .toString()
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
      });
      const begun = performance.now();
      for (const batch of batches) await sink.write(batch, { signal: new AbortController().signal });
      perSecond.push((batches.length * size * 1000) / (performance.now() - begun));
    }
    const speed = spreadOf(perSecond.slice(1));
    const cells = [
      String(size),
      `${Math.round(speed.median)} [${Math.round(speed.min)} to ${Math.round(speed.max)}]`,
    ];
    rows.push({ figures: { batch: size, entries_per_s: speed }, cells });
  }
  await sink.close?.();
  return {
    title: "Entries a second that postgresSink delivers",
    columns: ["entries in a batch", "entries/s"],
    rows,
    note: "Median [min to max] of 5 rounds, batch after batch by one connection, each batch committed and flushed (fsync) before the next; the server on the same machine.",
  };
}

async function withClient<T>(database: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function told({ median, min, max }: Spread): string {
  const ms = (value: number) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US"));
  return `${ms(median)} [${ms(min)} to ${ms(max)}]`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
