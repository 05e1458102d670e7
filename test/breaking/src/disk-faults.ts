import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { OnFailure } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess } from "./caller-process.ts";
import type { CallTotals } from "./caller-setting.ts";
import { type FaultRule, Faults } from "./faults.ts";
import { journalFacts } from "./journal-facts.ts";
import { judge } from "./judge.ts";

type Mode = "recorded" | "write_ahead";

/** What stands between a caller and the next answer: how often, until when. */
interface DiskFault {
  readonly call: "write" | "sync" | "open";
  readonly error: (typeof errors)[number] | "short";
  readonly lasts: boolean;
}

const errors = ["ENOSPC", "EIO", "EFBIG", "EROFS", "EMFILE", "EDQUOT", "EAGAIN", "EINTR"] as const;

const faults: readonly DiskFault[] = [
  ...(["write", "sync", "open"] as const).flatMap((call) => errors.map((error) => ({ call, error }))),
  { call: "write", error: "short" } as const,
]
  .flatMap((fault) => [false, true].map((lasts) => ({ ...fault, lasts })))
  // libuv makes an interrupted call again, for ever.
  .filter(({ error, lasts }) => error !== "EINTR" || !lasts);

interface Setting {
  readonly mode: Mode;
  readonly onFailure: OnFailure;
}

const settings: readonly Setting[] = [
  { mode: "recorded", onFailure: "block" },
  { mode: "write_ahead", onFailure: "block" },
  { mode: "recorded", onFailure: "continue" },
  { mode: "write_ahead", onFailure: "continue" },
];

let started = 0;

const calls = 6;
/** What may wait while the disk refuses, with `continue`: fewer than come. */
const mostWaiting = 4;

interface Tally {
  times: number;
  refused: number;
  refusedSent: number;
  owed: number;
  answered: number;
  seen: number;
  lost: number;
  readonly violations: string[];
}

/** Each error of a disk, at each call, once and lasting, and what callers and the log are told. */
export const diskFaults: Breaking = {
  purpose: "Every error a disk can give, at write, fdatasync and open, once and for a while; short writes.",
  round: `one error at one call, in each of ${settings.length} settings`,
  rounds: { quick: 6, full: faults.length },
  async run(run: BreakingRun): Promise<Attempt[]> {
    const { world, random, rounds, notTried } = run;
    if (!Faults.under(world, world.path("unused"))) {
      notTried("errors of the disk: there is no gcc");
      return [];
    }
    const chosen =
      rounds >= faults.length ? faults : Array.from({ length: rounds }, () => random.one(faults));
    const attempts: Attempt[] = [];
    for (const { mode, onFailure } of settings) {
      const tally = emptyTally();
      for (const place of ["disk", "memory"] as const) {
        const directory = place === "disk" ? world.path("faults") : world.pathInMemory("faults");
        const there = chosen.filter(({ call }) => (call === "sync") === (place === "memory"));
        if (!directory) notTried("errors of fdatasync: /dev/shm is no tmpfs");
        else if (there.length > 0) await sufferAll(run, directory, there, { mode, onFailure }, tally);
      }
      attempts.push(attemptOf(mode, onFailure, tally));
    }
    return attempts;
  },
};

/** One process meets one fault after the other. */
async function sufferAll(
  { world, progress }: BreakingRun,
  directory: string,
  chosen: readonly DiskFault[],
  setting: Setting,
  tally: Tally,
): Promise<void> {
  const { mode, onFailure } = setting;
  const injected = Faults.under(world, directory)!;
  const buffer = { entries: onFailure === "continue" ? mostWaiting : 10_000 };
  started += 1;
  const caller = world.start(
    { name: `f${started}`, audit: { directory, guarantee: mode, onFailure, buffer } },
    { env: injected.env },
  );
  await caller.until("ready");
  for (const fault of chosen) {
    progress(`${mode}, ${onFailure}: ${fault.error} at ${fault.call}`);
    await suffer(caller, injected, fault, setting, tally, () => world.seen(caller));
  }
  const unclosed = await caller.ask<string | null>({ do: "close" });
  if (unclosed) tally.violations.push(`the log could not be closed: ${unclosed}`);
  await caller.end();
  await account(world, directory, caller, setting, tally);
}

/** Good weather, the fault, good weather. */
async function suffer(
  caller: CallerProcess,
  injected: Faults,
  fault: DiskFault,
  { mode, onFailure }: Setting,
  tally: Tally,
  seen: () => Promise<string[]>,
): Promise<void> {
  tally.times += 1;
  const where = `${fault.error} at ${fault.call}${fault.lasts ? ", lasting" : ", once"}`;
  const say = (text: string) => tally.violations.push(`${where}: ${text}`);
  await recovered(caller, say);
  const before = (await seen()).length;
  injected.set(...rulesOf(fault, injected));
  const totals = await caller.ask<CallTotals>({
    do: "calls",
    order: { count: calls, concurrency: 1, streamEvery: 2 },
  });
  const sent = (await seen()).length - before;
  if (!fault.lasts || onFailure === "continue") {
    if (totals.answered !== calls) say(`${calls - totals.answered} of ${calls} calls were not answered`);
  } else {
    tally.refused += totals.refused;
    tally.refusedSent += sent;
    if (totals.refused !== calls) say(`${calls - totals.refused} of ${calls} calls were not refused`);
    // The call that finds it out has been sent, unless it must be on the disk before.
    const most = mode === "write_ahead" ? 0 : 1;
    if (sent > most) say(`${sent} requests were made while nothing could be recorded`);
  }
  const codes = new Set(caller.named("refused").map((call) => caller.calls.get(call)!.code));
  codes.delete("JOURNAL_UNWRITABLE");
  if (codes.size > 0) say(`refused with ${[...codes]}`);
  if (caller.named("failed").length > 0) say("a call failed without a typed error");
  if (fault.call === "open" && fault.lasts) {
    // The file that failed is given up; it is the next one that cannot be had.
    injected.set({ call: "open", action: actionOf(fault.error) });
    await wait(150);
    const still = await caller.ask<CallTotals>({ do: "calls", order: { count: 1, concurrency: 1 } });
    if (onFailure === "block" && still.refused !== 1) say("a call went on though no file can be opened");
  }
  injected.set();
}

function rulesOf({ call, error, lasts }: DiskFault, injected: Faults): FaultRule[] {
  const action = actionOf(error);
  // A file is only opened when another has failed.
  const failing = call === "open" ? ({ call: "write", action: "errno=5" } as const) : null;
  if (lasts) return [...(failing ? [failing] : []), { call, action }];
  const next = (name: string) => injected.calls.filter((made) => made === name).length + 1;
  const once = (rule: FaultRule) => ({ ...rule, from: next(rule.call), to: next(rule.call) });
  return [...(failing ? [once(failing)] : []), ...(call === "open" ? [] : [once({ call, action })])];
}

function actionOf(error: DiskFault["error"]): FaultRule["action"] {
  return error === "short" ? "short" : `errno=${constants.errno[error]}`;
}

/** It goes on by itself: nobody does anything but call. */
async function recovered(caller: CallerProcess, say: (text: string) => void): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    // A refusal costs nothing; with `continue` a call is made, and its entry is written when there is a log again.
    const unwritten = await caller.ask<string | null>({ do: "flush", timeoutMs: 1000 });
    const order = { count: 1, concurrency: 1, streamEvery: 0 };
    if (!unwritten && (await caller.ask<CallTotals>({ do: "calls", order })).answered === 1) return;
    await wait(20);
  }
  say("the journal did not recover within 15 s");
}

/** What stands in the log against what upstream saw. */
async function account(
  world: BreakingRun["world"],
  directory: string,
  caller: CallerProcess,
  { mode, onFailure }: Setting,
  tally: Tally,
): Promise<void> {
  const mayHaveGaps = onFailure === "continue";
  const guarantee = mode === "write_ahead" && !mayHaveGaps ? mode : "recorded";
  const { facts, violations } = await judge(world, directory, [caller], { guarantee, mayHaveGaps });
  tally.violations.push(...violations);
  const seen = await world.seen(caller);
  tally.seen += seen.length;
  tally.answered += caller.named("answered").length;
  tally.lost += facts.lost;
  tally.owed += caller.named("refused").filter((call) => facts.ends.has(call)).length;
  const unrecorded = seen.filter((call) => !facts.ends.has(call));
  if (onFailure === "block" && unrecorded.length > 0)
    tally.violations.push(
      `upstream saw ${unrecorded.length} calls that have no entry: ${unrecorded.slice(0, 5)}`,
    );
  if (onFailure === "block" && facts.lost > 0)
    tally.violations.push(`${facts.lost} entries were lost with block`);
  const expected = seen.length * (mode === "write_ahead" ? 2 : 1);
  const stored = distinct(facts.starts) + distinct(facts.ends);
  if (onFailure === "continue" && stored + facts.lost !== expected)
    tally.violations.push(`${expected} entries were due: ${stored} are stored, and gaps count ${facts.lost}`);
}

function distinct(calls: ReturnType<typeof journalFacts>["ends"]): number {
  return new Set([...calls.values()].flat().map(({ id }) => id)).size;
}

function emptyTally(): Tally {
  return { times: 0, refused: 0, refusedSent: 0, owed: 0, answered: 0, seen: 0, lost: 0, violations: [] };
}

function attemptOf(mode: Mode, onFailure: OnFailure, tally: Tally): Attempt {
  const what = `\`${mode}\`, \`${onFailure}\`: ${errors.join(", ")} at write, fdatasync and open, and short writes, once and lasting (LD_PRELOAD)`;
  const { times, violations, answered, seen, refused, refusedSent, owed, lost } = tally;
  if (onFailure === "continue") {
    return {
      what,
      times,
      survived: `all ${answered} calls were answered; of ${seen} sent, what fitted the buffer was written later`,
      lost: `${lost} entries, all counted by signed \`audit.gap\` entries`,
      violations,
    };
  }
  return {
    what,
    times,
    survived: `${refused} calls refused with \`JOURNAL_UNWRITABLE\`, of which ${refusedSent} had been sent and ${owed} were recorded later; each single error went unnoticed by the ${answered} calls answered; the journal went on by itself`,
    lost: "nothing",
    violations,
  };
}
