import type { AuditError } from "../audit-error.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { Recorder } from "../recorder.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";

/** What a caller is promised. See docs/guarantees.md. */
export type Guarantee = "best_effort" | "recorded" | "write_ahead";

/** What becomes of calls while nothing can be recorded. */
export type OnFailure = "block" | "continue";

export interface RecordingSetting {
  readonly recorder: Recorder;
  readonly delivery: Delivery | null;
  readonly guarantee: Guarantee;
  readonly onFailure: OnFailure;
  readonly recordTimeoutMs: number;
}

/** Who waits for what, and what becomes of a call when it cannot be recorded: decided here, and nowhere else. */
export class Recording {
  readonly #setting: RecordingSetting;

  constructor(setting: RecordingSetting) {
    this.#setting = setting;
  }

  /** Whether calls must be recorded before they are sent. */
  get isWriteAhead(): boolean {
    return this.#setting.guarantee === "write_ahead";
  }

  /** Why no call may begin at present, or null. */
  get refusal(): AuditError | null {
    const { recorder, delivery, onFailure } = this.#setting;
    const failure = recorder.failure ?? delivery?.failure ?? null;
    return onFailure === "block" || failure?.code === "LOG_CLOSED" ? failure : null;
  }

  /** Records that a call begins. Resolves when that is kept. @throws AuditError when the call must not be made */
  started(draft: EntryDraft): Promise<void> {
    return this.#untilAllowed(draft, false);
  }

  /** Records how a call ended. Resolves when its caller may have the end. @throws AuditError when the caller must not */
  ended(draft: EntryDraft): Promise<void> {
    const allowed = this.#untilAllowed(draft, this.#setting.onFailure === "block");
    if (this.#setting.guarantee !== "best_effort") return allowed;
    // Who fails is told by the recorder; the call waits for nobody.
    allowed.catch(() => undefined);
    return Promise.resolve();
  }

  /** Records an event of the application's own. Resolves with the entry when it is kept. */
  async recorded(draft: EntryDraft): Promise<SealedEntry> {
    const { recorder, delivery, recordTimeoutMs } = this.#setting;
    const entry = await recorder.append(draft);
    await delivery?.reached(recordTimeoutMs);
    return entry;
  }

  async #untilAllowed(draft: EntryDraft, owed: boolean): Promise<void> {
    const { recorder, delivery, onFailure, recordTimeoutMs } = this.#setting;
    try {
      await recorder.append(draft, { owed, untold: onFailure === "continue" });
      if (delivery) await delivery.reached(recordTimeoutMs);
    } catch (error) {
      if (onFailure === "block" || !isOutage(error)) throw error;
    }
  }
}

const outages: ReadonlySet<unknown> = new Set(["JOURNAL_UNWRITABLE", "JOURNAL_BUSY", "SINK_UNAVAILABLE"]);

function isOutage(error: unknown): boolean {
  return outages.has((error as { code?: unknown } | null)?.code);
}
