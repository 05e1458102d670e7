import { constants } from "node:os";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallTotals } from "./caller-setting.ts";
import { type FaultedCall, Faults } from "./faults.ts";
import { journalFacts } from "./journal-facts.ts";

const errors = ["ENOSPC", "EIO", "EROFS", "EMFILE", "EDQUOT", "EACCES"] as const;
const calls = ["mkdir", "open", "write", "sync", "link"] as const satisfies readonly FaultedCall[];
const faults = calls.flatMap((call) => errors.map((error) => ({ call, error })));
/** What the log says when it cannot begin. */
const expected = "JOURNAL_UNWRITABLE";

/** A disk that fails from the first moment on. */
export const startFaults: Breaking = {
  purpose: "A disk that fails while the log is opened: it is said at once, and nothing is sent.",
  round: "one error at one call",
  rounds: { quick: 6, full: faults.length },
  async run({ world, random, rounds, progress, notTried }: BreakingRun): Promise<Attempt[]> {
    if (!Faults.under(world, world.path("unused"))) {
      notTried("errors at the start: there is no gcc");
      return [];
    }
    const chosen =
      rounds >= faults.length ? faults : Array.from({ length: rounds }, () => random.one(faults));
    const violations: string[] = [];
    let unopened = 0;
    let refused = 0;
    for (const [place, { call, error }] of chosen.entries()) {
      progress(`${error} at ${call}`);
      const say = (text: string) => violations.push(`${error} at ${call}: ${text}`);
      const directory = world.path("start");
      const injected = Faults.under(world, directory)!;
      injected.set({ call, action: `errno=${constants.errno[error]}` });
      const setting = { name: `i${place}`, audit: { directory, guarantee: "write_ahead" } } as const;
      const caller = world.start(setting, { env: injected.env });
      if (await caller.until("ready")) {
        const order = { count: 3, concurrency: 1 };
        const totals = await caller.ask<CallTotals>({ do: "calls", order });
        refused += totals.refused;
        if (totals.refused !== 3 && injected.calls.includes(call)) say("calls were made with such a disk");
        const codes = caller.named("refused").map((name) => caller.calls.get(name)!.code);
        if (codes.some((code) => code !== expected)) say(`refused with ${codes}`);
        if ((await world.seen(caller)).length > totals.answered) say("a refused call was sent");
        injected.set();
        await caller.end();
        if (totals.answered > 0 && journalFacts(directory).ends.size < totals.answered)
          say("an entry is missing");
      } else {
        unopened += 1;
        await caller.gone;
        const said = caller.events.find(({ event }) => event === "unopened")?.about as
          | { code: string }
          | undefined;
        if (said?.code !== expected) say(`said ${said?.code ?? caller.stderr}`);
        if ((await world.seen(caller)).length > 0) say("a call was sent without a log");
      }
    }
    return [
      {
        what: `\`write_ahead\`: ${errors.join(", ")} at ${calls.join(", ")} from the first moment on (LD_PRELOAD)`,
        times: chosen.length,
        survived: `${unopened} logs said \`${expected}\` instead of opening; the others refused ${refused} calls with it, none of them sent`,
        lost: "nothing",
        violations,
      },
    ];
  },
};
