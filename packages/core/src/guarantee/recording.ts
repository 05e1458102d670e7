import type { AuditError } from "../audit-error.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { AppendOptions, Recorder } from "../recorder.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";

/** What a caller is promised. See docs/guarantees.md. */
export type Guarantee = "best_effort" | "recorded" | "write_ahead";

/** What becomes of calls while nothing can be recorded. */
export type OnFailure = "block" | "continue";

export interface RecordingSetting {
  readonly recorder: Recorder;
  readonly delivery: Delivery | null;
  /** Why the disk has no room for anything new, or null; null without a journal. */
  readonly disk: { readonly failure: AuditError | null } | null;
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
    const { recorder, delivery, disk, onFailure } = this.#setting;
    const failure = recorder.failure ?? disk?.failure ?? delivery?.failure ?? null;
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
    const { disk, onFailure } = this.#setting;
    // The room that is left is for calls under way.
    if (onFailure === "block" && disk?.failure) throw disk.failure;
    return this.#kept(draft);
  }

  async #untilAllowed(draft: EntryDraft, owed: boolean): Promise<void> {
    try {
      await this.#kept(draft, { owed, untold: this.#setting.onFailure === "continue" });
    } catch (error) {
      if (this.#setting.onFailure === "block" || !isOutage(error)) throw error;
    }
  }

  /** Resolves when the recorder and the required sinks have it. The time is for both together. */
  #kept(draft: EntryDraft, options?: AppendOptions): Promise<SealedEntry> {
    const { recorder, delivery, recordTimeoutMs } = this.#setting;
    if (!delivery) return recorder.append(draft, options);
    const begun = performance.now();
    return recorder.append(draft, options).then(async (entry) => {
      // Who goes on in any case waits no longer than it takes to know that it is in vain.
      const untilFailure = options?.untold ?? false;
      if (untilFailure && delivery.failure) return entry;
      const left = recordTimeoutMs - (performance.now() - begun);
      // Longer than the recorder lets anybody wait: the process stood still, and so did what delivers.
      await delivery.reached(left > 0 ? left : recordTimeoutMs, { untilFailure });
      return entry;
    });
  }
}

const outages: ReadonlySet<unknown> = new Set(["JOURNAL_UNWRITABLE", "JOURNAL_BUSY", "SINK_UNAVAILABLE"]);

function isOutage(error: unknown): boolean {
  return outages.has((error as { code?: unknown } | null)?.code);
}
