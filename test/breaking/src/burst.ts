import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type AuditEntry, type AuditLogOptions, verifyJournal } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess } from "./caller-process.ts";
import type { CallTotals, MemoryUse } from "./caller-setting.ts";
import type { FileSinkSetting } from "./file-sink.ts";
import { factsOf, type JournalFacts, journalFacts } from "./journal-facts.ts";
import { judgeSeal } from "./judge.ts";
import { inMiB, residentMemory } from "./process-memory.ts";
import type { World } from "./world.ts";

const bufferBytes = 16 << 20;
/** What is alive besides: calls under way, and a batch on its way to the sink. */
const underWayBytes = 24 << 20;
/** What V8 may take for old objects: were what waits not bounded, it would end the process. */
const heapMiB = 96;
/** Young objects, and what V8 does not give back at once. */
const slackBytes = 96 << 20;
const concurrency = 64;

interface Variant {
  readonly what: string;
  readonly audit: AuditLogOptions;
  /** Whether every call must be stored. */
  readonly isWhole: boolean;
}

const variants: readonly Variant[] = [
  { what: "`recorded`, from the journal", audit: { guarantee: "recorded" }, isWhole: true },
  {
    what: "`best_effort`, a buffer of 20 entries",
    audit: { guarantee: "best_effort", buffer: { entries: 20, bytes: bufferBytes } },
    isWhole: false,
  },
  {
    what: "`best_effort` without a journal, a buffer of 2,000 entries",
    audit: { guarantee: "best_effort", journal: false, buffer: { entries: 2000, bytes: bufferBytes } },
    isWhole: false,
  },
];

/** Many more calls than a sink can take. */
export const burst: Breaking = {
  purpose: "A burst of calls with a sink at a tenth of their speed: sent = stored + what signed gaps count.",
  round: `a hundred calls in each of ${variants.length} settings (answered in the process, without a network)`,
  rounds: { quick: 10, full: 500 },
  async run({ world, rounds, progress }: BreakingRun): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (const variant of variants) {
      progress(variant.what);
      attempts.push(await flood(world, variant, rounds * 100));
    }
    return attempts;
  },
};

let started = 0;

async function flood(world: World, { what, audit, isWhole }: Variant, calls: number): Promise<Attempt> {
  const violations: string[] = [];
  started += 1;
  const directory = world.path("burst");
  const sink = {
    name: "slow",
    path: world.path("sink.jsonl"),
    weather: world.path("weather.json"),
    entries: 100,
  };
  const options = { buffer: { bytes: bufferBytes }, ...audit, directory };
  const caller = world.start(
    { name: `b${started}`, upstream: null, audit: options, sinks: [sink] },
    { env: { NODE_OPTIONS: `--max-old-space-size=${heapMiB} --max-semi-space-size=4` } },
  );
  await caller.until("ready");
  const call = async (count: number) => {
    const order = { count, concurrency, streamEvery: 0, told: false };
    return caller.ask<CallTotals>({ do: "calls", order });
  };
  // Warm, and measured: what a tenth of it is.
  const warm = Math.ceil(calls / 10);
  let sent = (await call(warm)).sent;
  const begun = performance.now();
  sent += (await call(warm)).sent;
  const eachMs = ((performance.now() - begun) / warm) * 10;
  const before = await caller.ask<MemoryUse>({ do: "memory" });
  writeFileSync(sink.weather, JSON.stringify({ slow: eachMs }));
  const flooded = await call(calls - 2 * warm);
  sent += flooded.sent;
  const after = await caller.ask<MemoryUse>({ do: "memory" });
  const { most } = residentMemory(caller.pid);
  if (flooded.answered !== calls - 2 * warm) violations.push("calls were not answered because of the sink");
  if (after.heap - before.heap > bufferBytes + underWayBytes)
    violations.push(
      `the heap grew by ${inMiB(after.heap - before.heap)}, the buffer has ${inMiB(bufferBytes)}`,
    );
  if (most - before.rss > bufferBytes + slackBytes)
    violations.push(
      `resident memory grew by ${inMiB(most - before.rss)}, the buffer has ${inMiB(bufferBytes)}`,
    );
  writeFileSync(sink.weather, "{}");
  const facts = await settled(caller, directory, sink, audit.journal !== false, violations);
  const stored = facts.ends.size;
  if (sent !== calls) violations.push(`${calls} calls were made, and ${sent} sent`);
  if (stored + facts.lost !== sent)
    violations.push(`${sent} calls were sent: ${stored} are stored, and gaps count ${facts.lost}`);
  if (isWhole && facts.lost > 0) violations.push(`${facts.lost} were lost`);
  return {
    what: `${what}: a burst of calls with a sink at a tenth of their speed`,
    times: sent,
    survived: `${sent} sent = ${stored} stored + ${facts.lost} in gaps; the sink has all that is stored; resident memory grew by at most ${inMiB(Math.max(0, most - before.rss))}, the heap by ${inMiB(Math.max(0, after.heap - before.heap))}, with a buffer of ${inMiB(bufferBytes)} in a heap of ${heapMiB} MiB`,
    lost: facts.lost > 0 ? `${facts.lost}, all counted by signed \`audit.gap\` entries` : "nothing",
    violations,
  };
}

/** Ends the log in order, and says what is stored: in the journal, or without one in the sink. */
async function settled(
  caller: CallerProcess,
  directory: string,
  sink: FileSinkSetting,
  hasJournal: boolean,
  violations: string[],
): Promise<JournalFacts> {
  const { publicKey } = (await caller.until("ready")) as { publicKey: string };
  await caller.ask({ do: "flush", timeoutMs: 60_000 });
  for (const until = Date.now() + 60_000; hasJournal && Date.now() < until; await wait(50))
    if (distinct(sink.path) >= new Set(journalFacts(directory).lines.map(({ id }) => id)).size) break;
  const unclosed = await caller.ask<string | null>({ do: "close" });
  if (unclosed) violations.push(`the log could not be closed: ${unclosed}`);
  await caller.end();
  if (!hasJournal) {
    const kept = sinkAsJournal(sink.path, directory);
    const { problems } = await verifyJournal(kept, { key: publicKey });
    const wrong = problems.filter(({ verdict, result }) => result !== "intact" && verdict !== "GAP");
    violations.push(...wrong.map(({ verdict, message }) => `what the sink has: ${verdict}: ${message}`));
    return factsOf(entriesIn(sink.path));
  }
  violations.push(...(await judgeSeal(directory, true)).violations);
  const facts = journalFacts(directory);
  const missing = new Set(facts.lines.map(({ id }) => id)).size - distinct(sink.path);
  // `audit.closed` may be for the next process to deliver.
  if (missing > 1) violations.push(`the sink lacks ${missing} entries`);
  return facts;
}

/** What a sink kept verifies by itself, as one log. */
function sinkAsJournal(path: string, directory: string): string {
  const folder = `${directory}-from-sink`;
  mkdirSync(folder);
  const file = join(folder, `audit_${new Date().toISOString().slice(0, 10)}.jsonl`);
  copyFileSync(path, file);
  return file;
}

function entriesIn(path: string): AuditEntry[] {
  const entries = new Map<string, AuditEntry>();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") continue;
    const entry = JSON.parse(line) as AuditEntry;
    entries.set(entry.id, entry);
  }
  return [...entries.values()];
}

function distinct(path: string): number {
  return entriesIn(path).length;
}
