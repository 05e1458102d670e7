import * as fc from "fast-check";
import { nothingMeasured } from "../../src/entry/draft-entry.ts";
import type { EntryDraft, JsonObject } from "../../src/entry/entry.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { LogSealer } from "../../src/seal/log-sealer.ts";
import { secret } from "./journals.ts";
import { rootOf } from "./sealed-log.ts";

const days = ["2026-11-23", "2026-11-24", "2026-11-25"];

/** Which entries each commit of a log has on each day, by a text of each. */
type LogPlan = readonly (readonly (readonly string[])[])[];

const commit = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: 1, maxLength: 4 });
const logPlan: fc.Arbitrary<LogPlan> = fc.array(fc.array(commit, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: days.length,
});

/** Journals of several logs, each of some days, in commits of some entries: the contents of each file, by its name. */
export const journals: fc.Arbitrary<ReadonlyMap<string, Buffer>> = fc
  .array(logPlan, { minLength: 1, maxLength: 3 })
  .map((plans) => {
    const files = new Map<string, Buffer>();
    for (const plan of plans) {
      for (const [day, bytes] of linesByDay(plan)) {
        files.set(day, Buffer.concat([files.get(day) ?? Buffer.alloc(0), bytes]));
      }
    }
    return new Map([...files].sort());
  });

/** A journal of one log of three days, so many entries a day, in commits of 50. */
export function longJournal(entriesADay: number): ReadonlyMap<string, Buffer> {
  const commits = Array.from({ length: entriesADay / 50 }, () => Array<string>(50).fill("text"));
  return new Map(linesByDay([commits, commits, commits]));
}

function linesByDay(plan: LogPlan): [string, Buffer][] {
  const sealer = new LogSealer("openrouter-audit");
  const delegation = issueDelegation(rootOf(secret), sealer.origin, sealer.vkey, new Date(0));
  const key = { log_key: sealer.vkey, delegation, heartbeat_ms: 60_000 };
  return plan.map((commits, index) => {
    const day = days[index]!;
    const seal = (...drafts: EntryDraft[]) =>
      Buffer.from(sealer.seal(drafts, new Date(`${day}T12:00:00.000Z`)).lines);
    const first =
      index === 0
        ? draft("audit.opened", { ...key, seal: 1, links: [] })
        : draft("audit.heartbeat", { ...key, frontier: sealer.frontier });
    const lines = [
      seal(first),
      ...commits.map((texts) => seal(...texts.map((text) => draft("test.event", { text })))),
    ];
    if (index === plan.length - 1) lines.push(seal(draft("audit.closed", { reason: "close" })));
    return [`audit_${day}.jsonl`, Buffer.concat(lines)];
  });
}

let drafts = 0;
function draft(event_type: string, detail: JsonObject): EntryDraft {
  drafts += 1;
  const named = { id: `draft-${drafts}`, timestamp: "2026-11-23T12:00:00.000Z", event_type, detail };
  return { ...nothingMeasured, ...named } as unknown as EntryDraft;
}
