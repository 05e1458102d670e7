import { writeFileSync } from "node:fs";
import type { AuditLogOptions } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallTotals, MemoryUse } from "./caller-setting.ts";
import { setClock, toldTime } from "./fake-time.ts";
import { journalFacts } from "./journal-facts.ts";
import { judgeSeal } from "./judge.ts";
import { inMiB } from "./process-memory.ts";
import type { World } from "./world.ts";

/** Two hours, with midnight between them. */
const begin = Date.parse("2026-03-01T23:00:00Z");
const durationMs = 2 * 3_600_000;
/** After each, the clock goes on, the weather of the sink changes, and memory is measured. */
const parts = 12;
const warmParts = 4;
const mostGrowth = { heap: 8 << 20, rss: 64 << 20 };

const variants: readonly AuditLogOptions[] = [
  { guarantee: "best_effort" },
  { guarantee: "recorded" },
  { guarantee: "write_ahead" },
  { guarantee: "best_effort", journal: false, buffer: { entries: 500 } },
];

const weathers = [{}, { down: true }, {}, { slow: 0.5 }, { flapping: true }, {}];

/** Hours of calls in every mode, with a sink that comes and goes, and midnight in the middle. */
export const soak: Breaking = {
  purpose: "Two hours of calls, as fast as they go, in every mode: memory stays where it is.",
  round: `${parts * 10} calls in each of ${variants.length} settings (answered in the process); ten a second are 600 rounds`,
  rounds: { quick: 5, full: 600 },
  async run({ world, rounds, progress, notTried }: BreakingRun): Promise<Attempt[]> {
    if (!toldTime("")) {
      notTried("two hours with midnight between them: there is no libfaketime");
      return [];
    }
    const attempts: Attempt[] = [];
    for (const [index, audit] of variants.entries()) {
      progress(`setting ${index + 1} of ${variants.length}`);
      attempts.push(await live(world, audit, `o${index}`, rounds * 10));
    }
    return attempts;
  },
};

async function live(
  world: World,
  audit: AuditLogOptions,
  name: string,
  callsInPart: number,
): Promise<Attempt> {
  const violations: string[] = [];
  const directory = world.path("soak");
  const clock = world.path("clock");
  const sink = { name: "away", path: world.path("sink.jsonl"), weather: world.path("weather.json") };
  setClock(clock, new Date(begin));
  const caller = world.start(
    { name, upstream: null, audit: { ...audit, directory }, sinks: [sink] },
    { env: toldTime(clock)! },
  );
  await caller.until("ready");
  const memory: MemoryUse[] = [];
  let sent = 0;
  let answered = 0;
  for (let part = 0; part < parts; part += 1) {
    setClock(clock, new Date(begin + (durationMs * part) / (parts - 1)));
    writeFileSync(sink.weather, JSON.stringify(weathers[part % weathers.length]));
    const order = { count: callsInPart, concurrency: 16, streamEvery: 0, told: false };
    const totals = await caller.ask<CallTotals>({ do: "calls", order });
    sent += totals.sent;
    answered += totals.answered;
    memory.push(await caller.ask<MemoryUse>({ do: "memory" }));
  }
  const unclosed = await caller.ask<string | null>({ do: "close" });
  if (unclosed) violations.push(`the log could not be closed: ${unclosed}`);
  await caller.end();
  const growth = growthOf(memory);
  if (growth.heap > mostGrowth.heap) violations.push(`the heap grew by ${inMiB(growth.heap)}`);
  if (growth.rss > mostGrowth.rss) violations.push(`resident memory grew by ${inMiB(growth.rss)}`);
  if (answered !== sent) violations.push(`${sent - answered} calls were not answered`);
  let kept = "";
  if (audit.journal !== false) {
    const facts = journalFacts(directory);
    const stored = facts.ends.size;
    if (stored + facts.lost !== sent)
      violations.push(`${sent} were sent: ${stored} are stored, and gaps count ${facts.lost}`);
    if (new Set(facts.lines.map(({ recorded_at }) => recorded_at.slice(0, 10))).size < 2)
      violations.push("midnight did not come");
    violations.push(...(await judgeSeal(directory, true)).violations);
    kept = `${sent} sent = ${stored} stored + ${facts.lost} in gaps; `;
  }
  return {
    what: `\`${audit.guarantee}\`${audit.journal === false ? " without a journal" : ""}: two hours of calls, a sink that goes down, flaps, is slow and comes back, midnight between (libfaketime)`,
    times: sent,
    survived: `${kept}after the first third the heap grew by ${inMiB(growth.heap)}, resident memory by ${inMiB(growth.rss)}`,
    lost: "nothing but what gaps count",
    violations,
  };
}

/** From the most of the first parts, when everything is warm, to the least of the last ones. */
function growthOf(memory: readonly MemoryUse[]): MemoryUse {
  const early = memory.slice(1, warmParts);
  const late = memory.slice(-warmParts);
  const grown = (of: (use: MemoryUse) => number) =>
    Math.max(0, Math.min(...late.map(of)) - Math.max(...early.map(of)));
  return { heap: grown(({ heap }) => heap), rss: grown(({ rss }) => rss) };
}
