import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import {
  type EntryFilter,
  type EntryTable,
  openEntries,
  query,
  type Report,
  report,
  writeLake,
} from "@openrouter-audit/analysis";
import { readJournal } from "@openrouter-audit/core";
import { migrate } from "@openrouter-audit/sink-postgres";
import pg from "pg";
import { readLines } from "../../packages/core/src/journal/read-lines.ts";
import { PostgresServer } from "../support/postgres-server.ts";

/** `ENTRIES=1000000` asks about as many; that takes minutes, and room for 20 GB. */
const entries = Number(process.env.ENTRIES ?? 1_200);
const days = entries < 100_000 ? 9 : 31;
const now = new Date("2026-11-15T00:00:00Z");

const home = mkdtempSync(join(tmpdir(), "openrouter-audit-answers-"));
const places = new Map<string, EntryTable>();
let server: PostgresServer;

beforeAll(async () => {
  const journal = join(home, "journal");
  const program = fileURLToPath(new URL("../bench/dist/write-month.js", import.meta.url));
  execFileSync(process.execPath, [program, journal, "--entries", String(entries), "--days", String(days)]);
  const archived = await archive(journal, join(home, "archived"));
  await writeLake(journal, join(home, "lake"));
  server = await PostgresServer.start();
  await fill(server.url(), journal);
  for (const [name, place] of [
    ["JSONL", journal],
    ["archives", archived],
    ["the lake", join(home, "lake")],
    ["Postgres", server.url()],
  ] as const)
    places.set(name, await openEntries(place));
}, 3_600_000);

afterAll(async () => {
  for (const place of places.values()) await place.close();
  await server?.stop();
  rmSync(home, { recursive: true });
}, 60_000);

/** The same files, compressed, but for the last days of each log. */
async function archive(journal: string, directory: string): Promise<string> {
  mkdirSync(directory);
  for (const name of readdirSync(journal).filter((file) => file.endsWith(".jsonl"))) {
    const isOld = name < "audit_2026-10-08";
    const steps = isOld ? [createGzip({ level: 1 })] : [];
    const target = createWriteStream(join(directory, isOld ? `${name}.gz` : name));
    await pipeline([createReadStream(join(journal, name)), ...steps, target]);
  }
  return directory;
}

/** As the sink fills it. */
async function fill(url: string, journal: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await migrate(client);
  let lines: string[] = [];
  const send = async () => {
    const { rows } = await client.query("select reason from openrouter_audit.entries_append($1)", [lines]);
    expect(rows).toEqual([]);
    lines = [];
  };
  for (const name of readdirSync(journal)
    .filter((file) => file.endsWith(".jsonl"))
    .sort())
    for await (const { bytes } of readLines(join(journal, name)))
      if (lines.push(bytes.toString()) >= 2_000) await send();
  await send();
  await client.query("vacuum (analyze) openrouter_audit.entries");
  await client.end();
}

/** What may differ, by docs/reports.md: when and where it was made, and in which files lines are that are no entries. */
function comparable({ generated_at: _at, source: _source, completeness, ...told }: Report) {
  const { unreadable: _files, ...complete } = completeness;
  return { ...told, completeness: complete };
}

const time = (text: string) => new Date(`2026-10-${text}Z`);
const expect_ = {
  zdr: true,
  models: ["openai/*", "anthropic/*"],
  providers: ["OpenAI", "Anthropic", "Google"],
};

type Options = Parameters<typeof report>[1];
const made = new Map<string, Promise<Report>>();

/** Made once. */
function reportOf(name: string, options: Options): Promise<Report> {
  const key = `${name} ${JSON.stringify(options)}`;
  const known = made.get(key) ?? report(places.get(name)!, { ...options, now });
  made.set(key, known);
  return known;
}

test.each<[string, Options]>([
  ["everything", { expect: expect_ }],
  [
    "some odd hours",
    { period: { since: time("03T09:17:31.250"), until: time("06T14:02:00.001") }, expect: { zdr: true } },
  ],
  ["nothing", { period: { since: time("01T00:00:00"), until: time("01T00:00:00.001") } }],
])(
  "a report over %s says the same of JSONL, archives, the lake and Postgres",
  async (_, options) => {
    const reports = new Map<string, ReturnType<typeof comparable>>();
    for (const name of places.keys()) reports.set(name, comparable(await reportOf(name, options)));
    const ofFiles = reports.get("JSONL")!;
    for (const [name, each] of reports) expect([name, each]).toEqual([name, ofFiles]);
  },
  3_600_000,
);

test("the month has all that a report has to think of", async () => {
  const {
    entries: counts,
    totals,
    completeness,
    policy,
    streams,
    refused,
    errors,
  } = await reportOf("JSONL", { expect: expect_ });
  expect(completeness.repeated_entries).toBe(3);
  expect(completeness.presumed_ended).toBe(4);
  expect(completeness.lost_entries).toBeGreaterThan(0);
  expect(completeness.orphans.running + completeness.orphans.orphaned).toBe(3);
  for (const each of Object.values(counts)) expect(each).toBeGreaterThan(0);
  expect(new Set(policy.exceptions.map(({ rule }) => rule))).toEqual(new Set(["zdr", "model", "provider"]));
  expect(
    [streams.aborted, refused.by_application.length, errors.length, totals.unknown].every((n) => n > 0),
  ).toBe(true);
});

test.each<[string, EntryFilter, number]>([
  ["a user", { match: { user_id: "user-0" } }, 5_000],
  [
    "models by their beginning, and errors",
    { match: { model: ["openai/*", "qwen/qwen3-32b"], status: ["error", "aborted"] } },
    5_000,
  ],
  [
    "a day and a cost",
    { since: time("05T00:00:00"), until: time("06T00:00:00"), match: { cost_usd: { min: 0.004 } } },
    5_000,
  ],
  ["a feature of nobody known", { match: { feature: "code_review", user_id: null } }, 5_000],
  [
    "what nobody said, and a member without a column",
    { match: { "metadata.feature": null, "parameters.temperature": 0.7 } },
    2_000,
  ],
  ["what logs say of themselves", { match: { event_type: "audit.*" } }, 5_000],
  ["calls that were presumed to have ended", { match: { error_type: "process_ended" } }, 5_000],
])(
  "a search for %s finds the same entries in the same order everywhere",
  async (_, filter, limit) => {
    const found = new Map<string, string[]>();
    for (const [name, place] of places) {
      const ids: string[] = [];
      for await (const { id } of query(place, filter, { limit })) ids.push(id);
      found.set(name, ids);
    }
    const ofFiles = found.get("JSONL")!;
    expect(ofFiles.length).toBeGreaterThan(0);
    for (const [name, ids] of found) expect([name, ids]).toEqual([name, ofFiles]);
  },
  3_600_000,
);

test("they are those that reading the files one after the other finds", async () => {
  const read: string[] = [];
  for await (const entry of readJournal(join(home, "journal"), { userId: "user-0" })) read.push(entry.id);
  const found: string[] = [];
  for await (const entry of query(places.get("the lake")!, { match: { user_id: "user-0" } }))
    found.push(entry.id);
  expect(found.toSorted()).toEqual(read.toSorted());
}, 3_600_000);
