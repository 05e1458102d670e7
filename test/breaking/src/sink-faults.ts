import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallTotals } from "./caller-setting.ts";
import { deliveredIn, linesIn, undelivered } from "./delivered.ts";
import { fasterTime } from "./fake-time.ts";
import type { FileSinkSetting, SinkWeather } from "./file-sink.ts";
import { journalFacts } from "./journal-facts.ts";
import { judgeSeal } from "./judge.ts";
import type { World } from "./world.ts";

/** An hour in six seconds. */
const rate = 600;
const hourMs = 3_600_000;
const bouts = 6;
const callsInBout = 20;
/** The call whose entry the sink will not take. */
const poisoned = 13;

interface Trouble {
  readonly what: string;
  readonly weather: (caller: string) => SinkWeather;
  /** How many entries are set aside. */
  readonly setAside: number;
  /** Whether the process is killed in the middle, and another takes over. */
  readonly isKilled?: boolean;
  readonly isRequired?: boolean;
}

const troubles: readonly Trouble[] = [
  { what: "down for an hour", weather: () => ({ down: true }), setAside: 0 },
  {
    what: "down for an hour, and the process killed in the middle",
    weather: () => ({ down: true }),
    setAside: 0,
    isKilled: true,
  },
  { what: "slow for an hour (20 s for each entry)", weather: () => ({ slow: 20_000 }), setAside: 0 },
  {
    what: "flapping for an hour (every other write fails)",
    weather: () => ({ flapping: true }),
    setAside: 0,
  },
  {
    what: "rejecting one entry for an hour, without saying which (the batch fails)",
    weather: (caller) => ({ poison: `${caller}-${poisoned}` }),
    setAside: 1,
  },
  {
    what: "rejecting one entry for an hour, by its id (`EntriesRejected`)",
    weather: (caller) => ({ rejects: `${caller}-${poisoned}` }),
    setAside: 1,
  },
  {
    what: "`required`, and down for an hour",
    weather: () => ({ down: true }),
    setAside: 0,
    isRequired: true,
  },
];

/** Sinks on their worst day, an hour of it in some seconds. */
export const sinkFaults: Breaking = {
  purpose: "Sinks that are down, slow, flapping, or reject an entry, for an hour of simulated time.",
  round: `each of ${troubles.length} troubles for an hour of simulated time (${hourMs / rate / 1000} s)`,
  rounds: { quick: 1, full: 5 },
  async run(run: BreakingRun): Promise<Attempt[]> {
    const time = fasterTime(rate);
    if (!time) {
      run.notTried("an hour with a sink that fails: there is no libfaketime");
      return [];
    }
    const tallies = troubles.map((trouble) => ({ trouble, tally: emptyTally() }));
    for (let round = 0; round < run.rounds; round += 1) {
      run.progress(`round ${round + 1} of ${run.rounds}`);
      await Promise.all(tallies.map(({ trouble, tally }) => live(run.world, trouble, time, tally)));
    }
    return tallies.map(({ trouble, tally }) => attemptOf(trouble, tally));
  },
};

interface Tally {
  times: number;
  entries: number;
  repeated: number;
  setAside: number;
  refused: number;
  readonly violations: string[];
}

let started = 0;

async function live(
  world: World,
  trouble: Trouble,
  time: Record<string, string>,
  tally: Tally,
): Promise<void> {
  started += 1;
  tally.times += 1;
  const directory = world.path("sinks");
  const sink: FileSinkSetting = {
    name: "elsewhere",
    path: world.path("sink.jsonl"),
    weather: world.path("weather.json"),
    isRequired: trouble.isRequired ?? false,
    entries: 10,
  };
  const say = (text: string) => tally.violations.push(text);
  let lives = 0;
  const born = () => {
    lives += 1;
    const audit = { directory, recordTimeoutMs: trouble.isRequired ? 600_000 : hourMs };
    const name = `s${started}l${lives}`;
    return world.start({ name, upstream: null, audit, sinks: [sink] }, { env: time });
  };
  let caller = born();
  const call = async (count: number) => {
    return caller.ask<CallTotals>({ do: "calls", order: { count, concurrency: 4, streamEvery: 0 } });
  };
  await caller.until("ready");
  const told = await call(10);
  if (told.answered !== 10) say(`${10 - told.answered} calls were not answered in fair weather`);
  writeFileSync(sink.weather, JSON.stringify(trouble.weather(caller.name)));
  for (let bout = 0; bout < bouts; bout += 1) {
    const totals = await call(callsInBout);
    tally.refused += totals.refused;
    if (!trouble.isRequired && totals.answered !== callsInBout)
      say(`${callsInBout - totals.answered} calls were not answered because of the sink`);
    // The first ones have been sent when it is found out.
    if (trouble.isRequired && bout > 0 && totals.sent > 0)
      say(`${totals.sent} requests were made while the sink took nothing`);
    if (trouble.isKilled && bout === bouts / 2) {
      caller.signal("SIGKILL");
      await caller.gone;
      caller = born();
      await caller.until("ready");
    }
    await wait(hourMs / rate / bouts);
  }
  writeFileSync(sink.weather, "{}");
  const complete = await untilDelivered(directory, sink.path, trouble.setAside);
  if (!complete)
    say("not everything was delivered within 20 s (more than three simulated hours) of fair weather");
  if (trouble.isRequired) {
    // It takes the sink for well when the cursor is on the disk, too.
    for (const until = Date.now() + 10_000; Date.now() < until; await wait(20))
      if ((await call(1)).answered === 1) break;
    const after = await call(5);
    if (after.answered !== 5) say(`${5 - after.answered} calls were not answered when the sink was back`);
  }
  const unclosed = await caller.ask<string | null>({ do: "close" });
  if (unclosed) say(`the log could not be closed: ${unclosed}`);
  await caller.end();
  await account(directory, sink.path, trouble, tally);
}

async function untilDelivered(directory: string, path: string, setAside: number): Promise<boolean> {
  for (const until = Date.now() + 20_000; Date.now() < until; await wait(50))
    if (deliveredIn(path).length > 0 && undelivered(directory, path).length <= setAside) return true;
  return false;
}

async function account(directory: string, path: string, trouble: Trouble, tally: Tally): Promise<void> {
  const { setAside, isKilled = false } = trouble;
  const { violations } = await judgeSeal(directory, false, new Date(0));
  tally.violations.push(...violations);
  const written = journalFacts(directory).lines.map(({ id }) => id);
  const delivered = deliveredIn(path);
  const once = [...new Set(delivered)];
  const aside = setAsideIn(join(directory, "delivery", "elsewhere.rejected.jsonl"));
  tally.entries += once.length;
  tally.repeated += delivered.length - once.length;
  tally.setAside += aside.length;
  const say = (text: string) => tally.violations.push(text);
  if (aside.length !== setAside) say(`${aside.length} entries were set aside, ${setAside} were not taken`);
  if (aside.some(({ reason }) => !reason)) say("an entry was set aside without a reason");
  const due = written.filter((id) => !aside.some((entry) => entry.id === id));
  const missing = due.filter((id) => !once.includes(id));
  if (missing.length > 0) say(`${missing.length} of ${due.length} entries were not delivered`);
  // To judge a suspect, one that stands behind it is tried beside it, and comes again in its place (docs/delivery.md,
  // "Poison"). Also of a sink that was only down, where the process is new and has no entry that the sink is known to have
  // taken: the sink may come back between the try of the suspect and that of the other, and a minute takes 0.1 s here.
  const mayOvertake = setAside > 0 || isKilled;
  const inPlace = mayOvertake ? [...new Set(delivered.toReversed())].reverse() : once;
  const early = delivered.length - once.length;
  if (isKilled && early > 1) say(`${early} entries came twice, though the sink came back once`);
  if (missing.length === 0 && due.some((id, index) => inPlace[index] !== id))
    say("entries were delivered out of order");
}

function setAsideIn(path: string): { id: string; reason: string }[] {
  return linesIn(path).map((text) => {
    const { line, reason } = JSON.parse(text) as { line: string; reason: string };
    return { id: (JSON.parse(line) as { id: string }).id, reason };
  });
}

function emptyTally(): Tally {
  return { times: 0, entries: 0, repeated: 0, setAside: 0, refused: 0, violations: [] };
}

function attemptOf({ what, isRequired }: Trouble, tally: Tally): Attempt {
  const { times, entries, repeated, setAside, refused, violations } = tally;
  const waited = isRequired ? `${refused} calls refused meanwhile, and not sent` : "no call waited for it";
  return {
    what: `a sink that is ${what} (libfaketime)`,
    times,
    survived: `${entries} entries delivered, in order; ${waited}`,
    lost: `nothing; ${repeated} came twice, ${setAside} set aside in \`delivery/NAME.rejected.jsonl\`, with the reason`,
    violations,
  };
}
