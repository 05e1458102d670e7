import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess, CallerProcessOptions } from "./caller-process.ts";
import { Faults } from "./faults.ts";
import { judge, unknowns } from "./judge.ts";
import { succeed, succeedAgain } from "./successor.ts";
import { has } from "./tools.ts";
import type { World } from "./world.ts";

type Mode = "recorded" | "write_ahead";
const modes: readonly Mode[] = ["recorded", "write_ahead"];

/** Between start and end, so many calls, one after the other: each of their commits is cut at every call. */
const calls = 2;

interface Tally {
  points: number;
  answered: number;
  seen: number;
  unknown: number;
  torn: number;
  violations: string[];
}

/** kill -9 at each system call that touches the journal, from the first of the start to the last of the end. */
export const killPoints: Breaking = {
  purpose: "kill -9 at each system call on the journal: of the start, of a commit, of the end.",
  round: "every so manieth kill point left out, but for one",
  rounds: { quick: 6, full: 1 },
  async run(run: BreakingRun): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (const mode of modes) {
      attempts.push(...(await preloaded(run, mode)), ...(await traced(run, mode)));
    }
    return attempts;
  },
};

/** Before, amid and after each call, by a library in the process. */
async function preloaded({ world, rounds, progress, notTried }: BreakingRun, mode: Mode): Promise<Attempt[]> {
  const dry = Faults.under(world, world.path("unused"));
  if (!dry) {
    notTried("kill -9 amid a write: there is no gcc");
    return [];
  }
  const all = await callsOf(world, mode);
  const tally = emptyTally();
  const points = all.flatMap((call, index) => {
    const actions =
      call === "write" ? (["before", "amid", "after"] as const) : (["before", "after"] as const);
    return actions.map((action) => ({ nth: index + 1, call, action }));
  });
  const chosen = points.filter((_, index) => index % rounds === 0);
  await inPairs(chosen, async ({ nth, call, action }) => {
    const directory = world.path("kill");
    const faults = Faults.under(world, directory)!;
    faults.set({ call: "any", from: nth, to: nth, action });
    await die(world, mode, directory, { env: faults.env }, `${action} ${call} ${nth}`, tally);
    progress(`${mode}, ${tally.points} of ${chosen.length} points`);
  });
  return [
    attemptOf(`\`${mode}\`: kill -9 before, amid and after each call on the journal (LD_PRELOAD)`, tally),
  ];
}

/** The calls on the journal of a process that nobody kills, in order. */
async function callsOf(world: World, mode: Mode) {
  const directory = world.path("dry");
  const faults = Faults.under(world, directory)!;
  const caller = start(world, mode, directory, { env: faults.env });
  await caller.gone;
  return faults.calls;
}

const traced_calls =
  "openat,write,pwrite64,writev,pwritev,fdatasync,fsync,rename,link,linkat,unlink,close,statx";

/** At each system call by its name, by the kernel's own tracing: nothing of ours is in the process. */
async function traced({ world, rounds, progress, notTried }: BreakingRun, mode: Mode): Promise<Attempt[]> {
  if (!has("strace")) {
    notTried("kill -9 at each system call: there is no strace");
    return [];
  }
  const under = (directory: string, more: readonly string[]) => {
    const today = join(directory, `audit_${new Date().toISOString().slice(0, 10)}.jsonl`);
    const paths = [directory, today, join(directory, "public-key")].flatMap((path) => ["-P", path]);
    return ["strace", "-f", "-qq", ...paths, ...more];
  };
  // One thread for files, so that the count of a call is the same in every run.
  const env = { UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" };
  const dry = world.path("dry");
  const trace = world.path("trace");
  await start(world, mode, dry, { env, under: under(dry, ["-o", trace, "-e", `trace=${traced_calls}`]) })
    .gone;
  const counts = countsOf(readFileSync(trace, "utf8"));
  const points = [...counts].flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => ({ name, nth: index + 1 })),
  );
  const chosen = points.filter((_, index) => index % (rounds * 2 - 1) === 0);
  const tally = emptyTally();
  await inPairs(chosen, async ({ name, nth }) => {
    const directory = world.path("kill");
    const inject = ["-o", "/dev/null", "-e", `trace=${name}`, "-e", `inject=${name}:signal=KILL:when=${nth}`];
    await die(world, mode, directory, { env, under: under(directory, inject) }, `${name} ${nth}`, tally);
    progress(`${mode}, ${tally.points} of ${chosen.length} system calls`);
  });
  const names = [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
  return [attemptOf(`\`${mode}\`: kill -9 at each system call on the journal (strace: ${names})`, tally)];
}

/** How often a call is made, of the thread that makes it most often: strace counts for each thread. */
function countsOf(trace: string): Map<string, number> {
  const ofThread = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const [, thread, name] of trace.matchAll(/^(\d+) +(\w+)\(/gm)) {
    const key = `${thread} ${name}`;
    ofThread.set(key, (ofThread.get(key) ?? 0) + 1);
    counts.set(name!, Math.max(counts.get(name!) ?? 0, ofThread.get(key)!));
  }
  return counts;
}

async function die(
  world: World,
  mode: Mode,
  directory: string,
  options: CallerProcessOptions,
  where: string,
  tally: Tally,
): Promise<void> {
  const caller = start(world, mode, directory, options);
  const { signal, code } = await caller.gone;
  tally.points += 1;
  const say = (text: string) => tally.violations.push(`${where}: ${text}`);
  if (signal !== "SIGKILL" && code !== 137) say(`was not killed (${signal ?? code}) ${caller.stderr}`);
  await succeed(directory, mode);
  const { facts, violations } = await judge(world, directory, [caller], { guarantee: mode });
  for (const violation of [...violations, ...(await succeedAgain(directory, mode))]) say(violation);
  tally.answered += caller.named("answered").length;
  tally.seen += (await world.seen(caller)).length;
  tally.unknown += unknowns(facts).length;
  tally.torn += facts.fragments;
}

let started = 0;

function start(world: World, mode: Mode, directory: string, options: CallerProcessOptions): CallerProcess {
  started += 1;
  return world.start(
    {
      name: `k${started}`,
      audit: { directory, guarantee: mode },
      calls: { count: calls, concurrency: 1, streamEvery: 0 },
      death: { how: "end", afterAnswers: calls },
    },
    options,
  );
}

/** One for each processor, most of the time. */
async function inPairs<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next);
  };
  await Promise.all([worker(), worker(), worker()]);
}

function emptyTally(): Tally {
  return { points: 0, answered: 0, seen: 0, unknown: 0, torn: 0, violations: [] };
}

function attemptOf(what: string, { points, answered, seen, unknown, torn, violations }: Tally): Attempt {
  return {
    what,
    times: points,
    survived: `${answered} answered calls of ${seen} that upstream saw, each with its entry; ${unknown} became \`unknown\`, once each; ${torn} lines torn, nothing worse`,
    lost: "no call that was answered",
    violations,
  };
}
