import { AuditError } from "@openrouter-audit/core";
import { Activity, activityRowsOf } from "./activity.ts";
import type { DaySpan } from "./days.ts";
import { type Generation, generationOf } from "./generation.ts";
import type { Answered, OpenRouter } from "./openrouter.ts";
import { type Clock, inParallel } from "./pace.ts";
import type { Remembered, StateFile } from "./state-file.ts";

/** What OpenRouter says of one id. */
export type IdAnswer =
  | { readonly kind: "record"; readonly generation: Generation }
  /** It does not know the id, and had time enough to learn of it. */
  | { readonly kind: "unknown" }
  | { readonly kind: "late" | "refused" }
  /** It was given up. */
  | { readonly kind: "failed"; readonly because: string };

/** An id, and when the call was made, in milliseconds since 1970. */
export interface WantedId {
  readonly id: string;
  readonly at: number;
}

/** How long to wait before those that OpenRouter did not know are asked again. */
const lateWaitsMs = [5_000, 30_000, 120_000, 300_000];
const surelyThereMs = 3_600_000;

export interface InquiryProgress {
  /** What OpenRouter is asked for: what it counted on days, by key; then single calls. */
  readonly doing: "days" | "ids";
  readonly asked: number;
  readonly of: number;
}

export interface InquirySetting {
  readonly openRouter: OpenRouter;
  readonly state: StateFile;
  readonly remembered: readonly Remembered[];
  readonly clock: Clock;
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: InquiryProgress) => void) | undefined;
}

/** Everything that OpenRouter is asked, each thing once, also over several runs. */
export class Inquiry {
  readonly answers = new Map<string, IdAnswer>();
  /** Days that could not be asked, and why. */
  readonly givenUp = new Map<string, string>();
  readonly #setting: InquirySetting;
  readonly #days = new Map<string, Extract<Remembered, { day: string }>["rows"]>();

  constructor(setting: InquirySetting) {
    this.#setting = setting;
    for (const each of setting.remembered) {
      if ("day" in each) this.#days.set(`${each.day} ${each.key}`, each.rows);
      else if ("generation" in each)
        this.answers.set(each.generation.id, { kind: "record", generation: each.generation });
      else this.answers.set(each.unknown, { kind: "unknown" });
    }
  }

  /**
   * @param keys hashes; null: all keys of the account. Days that could not be asked are not in it
   * @throws AuditError `CALL_FAILED` when the key may not ask
   */
  async activity({ days, tooOld }: DaySpan, keys: readonly (string | null)[]): Promise<Activity> {
    const { openRouter, state, concurrency, signal, onProgress } = this.#setting;
    const asked = days.filter((day) => !tooOld.includes(day));
    const wanted = asked.flatMap((day) => keys.map((key) => ({ day, key })));
    const missing = wanted.filter(({ day, key }) => !this.#days.has(`${day} ${key}`));
    const of = missing.length;
    let told = 0;
    await inParallel(missing, concurrency, async ({ day, key }) => {
      const answer = await openRouter.activity(day, key, signal);
      if (answer.kind === "refused")
        throw new AuditError(
          "CALL_FAILED",
          `OpenRouter does not let this key ask what was counted (403 to ${openRouter.baseURL}/activity): only a management key may, https://openrouter.ai/settings/management-keys.`,
        );
      const rows = answer.kind === "ok" ? activityRowsOf(answer.data, day) : null;
      told += 1;
      onProgress?.({ doing: "days", asked: told, of });
      if (rows === null) {
        this.givenUp.set(day, whyNot(answer, "no list of sums"));
        return;
      }
      this.#days.set(`${day} ${key}`, rows);
      state.remember({ day, key, rows });
    });
    const activity = new Activity();
    for (const day of asked) {
      const rows = keys.map((key) => this.#days.get(`${day} ${key}`));
      // Of some keys alone a day would be too little.
      if (rows.every((each) => each !== undefined)) activity.add(day, rows.flat());
    }
    return activity;
  }

  /** Asks for those that have no answer yet; afterwards each has one. */
  async ask(wanted: readonly WantedId[]): Promise<void> {
    const { clock, signal } = this.#setting;
    let left = distinct(wanted).filter(({ id }) => !this.answers.has(id));
    const of = left.length;
    let asked = 0;
    for (let round = 0; left.length > 0; round += 1) {
      const absent: WantedId[] = [];
      const isLast = (at: number) => round >= 1 && clock.now() - at > surelyThereMs;
      await inParallel(left, this.#setting.concurrency, async (one) => {
        const isKnown = await this.#askOne(one.id);
        if (!isKnown && isLast(one.at)) this.#isUnknown(one.id);
        else if (!isKnown) absent.push(one);
        if (round === 0) asked += 1;
        this.#setting.onProgress?.({ doing: "ids", asked, of });
      });
      const waitMs = lateWaitsMs[round];
      if (waitMs === undefined) for (const { id } of absent) this.answers.set(id, { kind: "late" });
      left = waitMs === undefined ? [] : absent;
      if (left.length > 0) await clock.wait(waitMs!, signal);
    }
  }

  #isUnknown(id: string): void {
    this.answers.set(id, { kind: "unknown" });
    this.#setting.state.remember({ unknown: id });
  }

  /** Whether there was an answer. */
  async #askOne(id: string): Promise<boolean> {
    const { openRouter, state, signal } = this.#setting;
    const answer = await openRouter.generation(id, signal);
    if (answer.kind === "absent") return false;
    const generation = answer.kind === "ok" ? generationOf(answer.data) : null;
    // What is about another id is no answer to this question.
    if (generation?.id === id) {
      this.answers.set(id, { kind: "record", generation });
      state.remember({ generation });
    } else if (answer.kind === "refused" || answer.kind === "invalid")
      // What is not taken this time is not taken the next time.
      this.answers.set(id, { kind: "refused" });
    else this.answers.set(id, { kind: "failed", because: whyNot(answer, "no record of this id") });
    return true;
  }
}

/** Each id once, as of its newest call. */
function distinct(wanted: readonly WantedId[]): WantedId[] {
  const newest = new Map<string, WantedId>();
  for (const one of wanted)
    if (one.at > (newest.get(one.id)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(one.id, one);
  return [...newest.values()];
}

/** Why an answer is none. @param wanted what it should be, and is not */
function whyNot(answer: Answered, wanted: string): string {
  if (answer.kind === "failed") return answer.reason;
  return answer.kind === "ok" ? `its answer is ${wanted}` : "it does not take the question";
}
