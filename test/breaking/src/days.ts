import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isArchive, journalFiles } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess } from "./caller-process.ts";
import { setClock, toldTime } from "./fake-time.ts";
import { judge, unknowns } from "./judge.ts";
import { succeed, succeedAgain } from "./successor.ts";

const workers = 8;
const firstDay = Date.parse("2026-01-01T12:00:00Z");
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Every so many days some are restarted, files are archived, and everything is verified. */
const stepDays = 5;
const keptDays = 3;
const callsADay = 2;

/** Eight processes that share a journal for months, with clocks that do not agree. */
export const manyDays: Breaking = {
  purpose: "Eight workers over 100 days, with skewed clocks that step back, restarts and archiving.",
  round: `${stepDays} days of ${workers} workers, then a verification`,
  rounds: { quick: 2, full: 20 },
  async run({ world, random, rounds, progress, notTried }: BreakingRun): Promise<Attempt[]> {
    if (!toldTime("")) {
      notTried("a hundred days of fake time: there is no libfaketime");
      return [];
    }
    const directory = world.path("days");
    const all: CallerProcess[] = [];
    const violations: string[] = [];
    let archived = 0;
    let restarts = 0;
    let day = 0;
    const skewed = () => firstDay + day * dayMs + random.between(-14 * hourMs, 14 * hourMs);
    const born = async (place: number): Promise<Worker> => {
      const clock = world.path("clock");
      setClock(clock, new Date(skewed()));
      const closesOnSignals = random.next() < 0.5;
      const name = `w${place}n${all.length}`;
      const files = place % 2 === 0 ? "shared" : "per_process";
      const audit = { directory, guarantee: "write_ahead", files } as const;
      const caller = world.start({ name, audit, closesOnSignals }, { env: toldTime(clock)! });
      all.push(caller);
      await caller.until("ready");
      return { caller, clock };
    };
    const team = await Promise.all(Array.from({ length: workers }, (_, place) => born(place)));
    for (let step = 0; step < rounds; step += 1) {
      for (const until = day + stepDays; day < until; day += 1) {
        progress(`day ${day + 1} of ${rounds * stepDays}`);
        await Promise.all(
          team.map(async ({ caller, clock }) => {
            setClock(clock, new Date(skewed()));
            await caller.ask({ do: "calls", order: { count: callsADay, concurrency: callsADay } });
          }),
        );
      }
      for (let times = random.between(1, 3); times > 0; times -= 1) {
        const place = random.between(0, workers - 1);
        const { caller } = team[place]!;
        caller.signal(random.one(["SIGKILL", "SIGTERM"] as const));
        await caller.gone;
        team[place] = await born(place);
        restarts += 1;
      }
      archived += archive(directory, firstDay + (day - keptDays) * dayMs);
      const found = await judge(world, directory, all, { guarantee: "write_ahead", isSettled: false });
      violations.push(...found.violations.map((text) => `day ${day}: ${text}`));
    }
    // In the middle of a call each: what they leave is for the next process.
    for (const { caller } of team) {
      void caller.ask({ do: "calls", order: { count: 50, concurrency: 10 } }).catch(() => undefined);
    }
    for (const { caller } of team) {
      caller.signal("SIGKILL");
      await caller.gone;
    }
    await succeed(directory, "write_ahead");
    const { facts, ...last } = await judge(world, directory, all, { guarantee: "write_ahead" });
    violations.push(...last.violations, ...(await succeedAgain(directory, "write_ahead")));
    const answered = all.reduce((sum, caller) => sum + caller.named("answered").length, 0);
    return [
      {
        what: `\`write_ahead\`: ${workers} workers on one journal, half of them with files of their own, over days of fake time, clocks up to 14 hours apart that step forward and back, restarts, archiving (libfaketime); verified every ${stepDays} days`,
        times: rounds * stepDays,
        survived: `${answered} answered calls, each with its entry and its start; ${restarts + workers} deaths, ${unknowns(facts).length} calls became \`unknown\`, once each; ${archived} days archived; every verification clean but for unclosed logs`,
        lost: "nothing",
        violations,
      },
    ];
  },
};

interface Worker {
  readonly caller: CallerProcess;
  /** The file that says what time it has. */
  readonly clock: string;
}

/** Compresses the files of days before a time. */
function archive(directory: string, before: number): number {
  const lastDay = new Date(before - dayMs).toISOString().slice(0, 10);
  const old = journalFiles(directory).filter((file) => !isArchive(file) && file < `audit_${lastDay}`);
  for (const file of old) {
    const path = join(directory, file);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)), { mode: 0o600 });
    rmSync(path);
  }
  return old.length;
}
