import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { AuditLogOptions } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess, CallerProcessOptions } from "./caller-process.ts";
import type { CallTotals } from "./caller-setting.ts";
import { type Judgement, judge } from "./judge.ts";
import type { World } from "./world.ts";

/** What makes a disk refuse, and what ends it. */
interface Trouble {
  readonly what: string;
  /** @returns why it cannot be had here, or null */
  readonly prepare: (directory: string) => string | null;
  readonly under?: readonly string[];
  readonly begin: (directory: string, caller: CallerProcess) => void;
  readonly end: (directory: string, caller: CallerProcess) => void;
  readonly cleanUp: (directory: string) => void;
}

const settings = [
  { guarantee: "recorded", onFailure: "block" },
  { guarantee: "write_ahead", onFailure: "block" },
  { guarantee: "recorded", onFailure: "continue" },
] as const satisfies readonly AuditLogOptions[];

/** With so much metadata, a disk of a megabyte is full soon. */
const metadataBytes = 4096;
const mostCalls = 600;

const troubles: readonly Trouble[] = [
  {
    what: "the journal fills its disk (a tmpfs of 1 MiB), which grows later",
    prepare: (directory) => mounted("-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", directory),
    begin: () => undefined,
    end: (directory) => mounted("-o", "remount,size=64m", directory),
    cleanUp: unmount,
  },
  {
    what: "the file reaches the limit of the process (`ulimit -f`, SIGXFSZ ignored), which is lifted later",
    prepare: () => (found("prlimit") ? null : "there is no prlimit"),
    under: ["bash", "-c", "trap '' XFSZ; ulimit -S -f 512; exec \"$@\"", "bash"],
    begin: () => undefined,
    end: (_, { pid }) => run("prlimit", "--pid", String(pid), "--fsize=unlimited"),
    cleanUp: () => undefined,
  },
  {
    what: "the volume is read-only for a while (an empty read-only file system is mounted over it)",
    prepare: (directory) => mounted("-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", directory),
    begin: (directory) => mounted("-t", "tmpfs", "-o", "ro,size=4k", "tmpfs", directory),
    end: unmount,
    cleanUp: unmount,
  },
];

/** What a real disk does when it is full, limited or read-only. */
export const realDisks: Breaking = {
  purpose:
    "Real disks: full, at the limit of a file's size, read-only; and what happens when they are mended.",
  round: `each of ${troubles.length} troubles once, in each of ${settings.length} settings`,
  rounds: { quick: 1, full: 5 },
  async run({ world, rounds, progress, notTried }: BreakingRun): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (const trouble of troubles) {
      const tally: Tally = {
        times: 0,
        sent: 0,
        stored: 0,
        refused: 0,
        sentMeanwhile: 0,
        lost: 0,
        violations: [],
      };
      for (let round = 0; round < rounds; round += 1) {
        for (const setting of settings) {
          progress(`${trouble.what}, ${tally.times} times`);
          const why = await live(world, trouble, setting, tally);
          if (why) {
            notTried(`${trouble.what}: ${why}`);
            break;
          }
        }
      }
      if (tally.times > 0) attempts.push(attemptOf(trouble.what, tally));
    }
    return attempts;
  },
};

interface Tally {
  times: number;
  sent: number;
  stored: number;
  refused: number;
  sentMeanwhile: number;
  lost: number;
  readonly violations: string[];
}

let started = 0;

/** @returns why it could not be tried */
async function live(
  world: World,
  trouble: Trouble,
  setting: (typeof settings)[number],
  tally: Tally,
): Promise<string | null> {
  const directory = world.path("disk");
  mkdirSync(directory, { mode: 0o700 });
  const why = trouble.prepare(directory);
  if (why) return why;
  started += 1;
  const options: CallerProcessOptions = trouble.under ? { under: trouble.under } : {};
  const audit = { directory, ...setting, buffer: { entries: 20 }, disk: { warnBytes: 1, stopBytes: 1 } };
  const caller = world.start({ name: `r${started}`, audit, metadataBytes }, options);
  const say = (text: string) => tally.violations.push(`${setting.guarantee}, ${setting.onFailure}: ${text}`);
  try {
    tally.times += 1;
    await caller.until("ready");
    const call = async (count: number) => {
      return caller.ask<CallTotals>({ do: "calls", order: { count, concurrency: 4, streamEvery: 5 } });
    };
    if ((await call(4)).answered !== 4) say("it did not begin well");
    trouble.begin(directory, caller);
    const troubled = await untilTroubled(caller, call);
    if (!troubled) say(`nothing went wrong in ${mostCalls} calls`);
    const before = (await world.seen(caller)).length;
    const during = await call(30);
    tally.sentMeanwhile += (await world.seen(caller)).length - before;
    tally.refused += during.refused;
    if (setting.onFailure === "block") {
      if (during.refused !== 30) say(`${30 - during.refused} of 30 calls were not refused`);
      const sent = (await world.seen(caller)).length - before;
      if (sent > 0) say(`${sent} requests were made while nothing could be recorded`);
    } else if (during.answered !== 30) say(`${30 - during.answered} of 30 calls were not answered`);
    trouble.end(directory, caller);
    if (!(await goesOn(caller, call))) say("it did not go on within 20 s after it was mended");
    const unclosed = await caller.ask<string | null>({ do: "close" });
    if (unclosed) say(`the log could not be closed: ${unclosed}`);
    await caller.end();
    const mayHaveGaps = setting.onFailure === "continue";
    const promise = { guarantee: setting.guarantee, mayHaveGaps };
    account(await judge(world, directory, [caller], promise), await world.seen(caller), setting, tally, say);
  } finally {
    caller.signal("SIGKILL");
    await caller.gone;
    trouble.cleanUp(directory);
  }
  return null;
}

/** Calls until the journal says that it cannot be written. */
async function untilTroubled(caller: CallerProcess, call: (count: number) => Promise<CallTotals>) {
  for (let made = 0; made < mostCalls; made += 8) {
    await call(8);
    const isTold = caller.events.some(({ event, about }) => {
      return event === "problem" && (about as { code: string }).code === "JOURNAL_UNWRITABLE";
    });
    if (isTold) return true;
  }
  return false;
}

async function goesOn(caller: CallerProcess, call: (count: number) => Promise<CallTotals>): Promise<boolean> {
  for (const until = Date.now() + 20_000; Date.now() < until; await wait(50)) {
    if (
      (await call(1)).answered === 1 &&
      !(await caller.ask<string | null>({ do: "flush", timeoutMs: 1000 }))
    )
      return true;
  }
  return false;
}

function account(
  { facts, violations }: Judgement,
  seen: readonly string[],
  { onFailure }: (typeof settings)[number],
  tally: Tally,
  say: (text: string) => void,
): void {
  violations.forEach(say);
  const stored = seen.filter((call) => facts.ends.has(call)).length;
  tally.sent += seen.length;
  tally.stored += stored;
  tally.lost += facts.lost;
  if (onFailure === "block" && stored !== seen.length)
    say(`${seen.length - stored} sent calls have no entry`);
  if (stored + facts.lost !== seen.length && onFailure === "continue")
    say(`${seen.length} calls were sent: ${stored} are stored, and gaps count ${facts.lost}`);
}

function attemptOf(
  what: string,
  { times, sent, stored, refused, sentMeanwhile, lost, violations }: Tally,
): Attempt {
  const named = settings.map(({ guarantee, onFailure }) => `\`${guarantee}\` ${onFailure}`).join(", ");
  return {
    what: `${what} (${named})`,
    times,
    survived: `${sent} calls sent, ${stored} stored; ${refused} refused, none of them sent; went on by itself; verifies`,
    lost:
      lost > 0
        ? `${lost} with \`continue\`, where ${sentMeanwhile} were sent meanwhile: all counted by signed \`audit.gap\` entries`
        : "nothing",
    violations,
  };
}

function mounted(...words: readonly string[]): string | null {
  const { status, stderr, error } = run("mount", ...words);
  return status === 0 ? null : `mount does not work here: ${error?.message ?? stderr.trim()}`;
}

function unmount(directory: string): void {
  run("umount", directory);
}

function found(program: string): boolean {
  return run(program, "--version").status === 0;
}

function run(program: string, ...words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, words, { encoding: "utf8" });
}
