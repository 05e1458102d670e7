import { nothingMeasured } from "../../../core/src/entry/draft-entry.ts";
import type { EntryDraft, JsonObject } from "../../../core/src/entry/entry.ts";
import { issueDelegation } from "../../../core/src/seal/delegation.ts";
import { LogSealer } from "../../../core/src/seal/log-sealer.ts";
import { secret } from "../../../core/test/support/journals.ts";
import { rootOf } from "../../../core/test/support/sealed-log.ts";

/** What the clock says, and how many entries are written by then. */
export type Clock = (readonly [time: string, entries: number])[];

let drafts = 0;

export function draft(members: Partial<EntryDraft> & { readonly event_type: string }): EntryDraft {
  drafts += 1;
  const timestamp = "2026-11-23T10:00:00.000Z";
  return { ...nothingMeasured, id: `draft-${drafts}`, timestamp, ...members } as unknown as EntryDraft;
}

/** A log that a test writes: a closed one, if it says so. */
export class TestLog {
  readonly sealer = new LogSealer("openrouter-audit");
  readonly #key: JsonObject;

  constructor() {
    const { origin, vkey } = this.sealer;
    const delegation = issueDelegation(rootOf(secret), origin, vkey, new Date(0)) as unknown as string;
    this.#key = { log_key: vkey, delegation, heartbeat_ms: 60_000 };
  }

  seal(time: string, ...entries: readonly EntryDraft[]): string[] {
    return this.sealer.seal(entries, new Date(time)).lines.toString().split("\n").slice(0, -1);
  }

  open(time: string): string[] {
    return this.seal(
      time,
      draft({ event_type: "audit.opened", detail: { ...this.#key, seal: 1, links: [] } }),
    );
  }

  close(time: string): string[] {
    return this.seal(time, draft({ event_type: "audit.closed", detail: { reason: "close" } }));
  }
}

/** The lines of a whole log by the days they were recorded on. */
export function logAt(clock: Clock): Map<string, string[]> {
  const log = new TestLog();
  const days = new Map<string, string[]>();
  const keep = (time: string, lines: string[]) =>
    days.set(time.slice(0, 10), [...(days.get(time.slice(0, 10)) ?? []), ...lines]);
  keep(clock[0]![0], log.open(clock[0]![0]));
  let seq = 0;
  for (const [time, entries] of clock) {
    for (let index = 0; index < entries; index += 1) {
      seq += 1;
      const user_id = `u-${seq % 3}`;
      const model = "openai/gpt-4o-mini";
      keep(
        time,
        log.seal(
          time,
          draft({
            event_type: "test.event",
            user_id,
            model,
            cost_usd: 0.000353,
            metadata: { text: `text ${seq}` },
          }),
        ),
      );
    }
  }
  keep(clock.at(-1)![0], log.close(clock.at(-1)![0]));
  return days;
}
