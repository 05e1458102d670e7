import { v7 as uuidv7 } from "uuid";
import { type Identity, noContext } from "../audit-context.ts";
import type { EntryDraft, ServiceFacts } from "../entry/entry.ts";
import type { Recording } from "../guarantee/recording.ts";
import { identityIn } from "../identity-in.ts";
import type { Digester } from "../privacy/digest.ts";
import type { AuditScope } from "../scope.ts";
import type { Placed, RunningCalls } from "../shutdown/running-calls.ts";
import { Answering } from "./answering.ts";
import { type Asked, Asking } from "./asking.ts";
import type { Attempts } from "./attempts.ts";
import type { BodyObserver } from "./bodies/body-observer.ts";
import { undescribed } from "./described-request.ts";
import { atEndOfTurn } from "./end-of-turn.ts";
import type { EndpointMatch } from "./endpoints/endpoints.ts";
import { draftOfExchange, type ExchangeFacts } from "./exchange-entry.ts";
import { offAbort, onAbort, unlessAborted } from "./on-abort.ts";
import { type Ending, type Outcome, outcomeOf } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { plannedCall } from "./planned-call.ts";
import type { PlannedCall, Refusal } from "./policy.ts";
import { draftOfStart } from "./start-entry.ts";
import type { Turns } from "./turns.ts";

/** What every exchange of one audit log shares. */
export interface ExchangeSetting {
  readonly recording: Recording;
  readonly digester: Digester;
  readonly attempts: Attempts;
  readonly turns: Turns;
  readonly service: ServiceFacts;
  /** Exchanges that have begun and are not yet recorded. */
  readonly running: RunningCalls<Exchange>;
}

/** One HTTP exchange in, one entry out. */
export class Exchange implements BodyObserver, Placed {
  place = -1;
  readonly #setting: ExchangeSetting;
  readonly #scope: AuditScope | null;
  readonly #match: EndpointMatch;
  readonly #request: OutgoingRequest;
  readonly #asking: Asking;
  readonly #identity: Identity | Promise<Identity>;
  readonly #id = uuidv7();
  readonly #begunAt = new Date();
  readonly #begun = performance.now();
  #answering: Answering | null = null;
  #isRefused = false;
  #recorded: Promise<void> | null = null;

  constructor(
    setting: ExchangeSetting,
    scope: AuditScope | null,
    match: EndpointMatch,
    request: OutgoingRequest,
  ) {
    this.#setting = setting;
    this.#scope = scope;
    this.#match = match;
    this.#request = request;
    this.#asking = new Asking(setting, scope, match.endpoint, request);
    this.#identity = scope?.identity() ?? noContext;
    setting.running.add(this);
    // Once the request is on its way: the model takes longer than we do.
    if (!request.isReadLate) atEndOfTurn(() => this.#asking.read());
  }

  /** The call as it is known before it is sent. */
  async planned(): Promise<PlannedCall> {
    const known = await this.#asking.beforehand();
    const asked = known?.asked ?? undescribed;
    return plannedCall(this.#match, this.#request, asked, await this.#whose(), this.#scope);
  }

  /**
   * Records that the call begins. Resolves when that is kept, or when the caller aborts meanwhile: it may not be sent then.
   *
   * @throws AuditError when the call must not be made
   */
  started(): Promise<"kept" | "aborted"> {
    const kept = this.#recordStart().then(() => "kept" as const);
    const { signal } = this.#request;
    // What was aborted before is fetch's to refuse, in its own words.
    return signal && !signal.aborted ? unlessAborted(kept, signal) : kept;
  }

  /** The call is not made. Resolves when that is recorded. */
  refused(refusal: Refusal): Promise<void> {
    this.#isRefused = true;
    return this.#over({
      status: "error",
      response_complete: null,
      http_status: null,
      error_code: null,
      unavailable: null,
      ...refusal,
    });
  }

  /** Headers have arrived. */
  answered(response: Response): void {
    this.#asking.read();
    this.#answering = new Answering(this.#match.endpoint, response, () => this.#elapsed());
    // Nobody need be reading when the caller aborts: the entry is made all the same.
    const { signal } = this.#request;
    if (signal?.aborted) this.#onAbort();
    // Of a call that was given up at close() nobody takes it back any more.
    else if (signal && !this.#recorded) onAbort(signal, this.#onAbort);
  }

  get signal(): AbortSignal | null {
    return this.#request.signal;
  }

  chunk(bytes: Uint8Array): boolean {
    return !this.#recorded && this.#answering !== null && this.#answering.add(bytes);
  }

  ended(how: Ending["how"], error?: unknown): Promise<void> {
    if (this.#recorded) return this.#recorded;
    const { signal } = this.#request;
    if (signal) offAbort(signal, this.#onAbort);
    const answering = this.#answering;
    return this.#over(
      outcomeOf({
        how: answering ? answering.end(how) : how,
        error,
        aborted: signal?.aborted === true,
        httpStatus: answering?.response.status ?? null,
        answerError: answering?.said?.error ?? null,
        answerEnded: answering?.isWhole === true,
      }),
    );
  }

  #whose(): Identity | Promise<Identity> {
    return identityIn(this.#scope, this.#identity);
  }

  readonly #onAbort = (): void => {
    this.ended("error", this.#request.signal?.reason).catch(() => undefined);
  };

  async #recordStart(): Promise<void> {
    const known = await this.#asking.beforehand();
    const identity = await this.#whose();
    // Over before it began: nothing may stand behind its end.
    if (this.#recorded) return;
    await this.#setting.recording.started(
      draftOfStart(
        {
          exchangeId: this.#id,
          match: this.#match,
          request: this.#request,
          asked: known?.asked ?? undescribed,
          attempt: known?.attempt ?? null,
          scope: this.#scope,
          identity,
          begunAt: this.#begunAt,
        },
        this.#setting,
      ),
    );
  }

  #over(outcome: Outcome): Promise<void> {
    this.#recorded ??= this.#record(outcome);
    return this.#recorded;
  }

  async #record(outcome: Outcome): Promise<void> {
    try {
      const latencyMs = this.#elapsed();
      const read = this.#asking.readInTime();
      const asked = read instanceof Promise ? await read : read;
      const draft = this.#draft(outcome, latencyMs, asked, await this.#whose());
      // The caller may hold the answer for long, and the disk take its time.
      this.#answering = null;
      await this.#setting.recording.ended(draft);
    } finally {
      this.#setting.running.delete(this);
    }
  }

  #draft(outcome: Outcome, latencyMs: number, { asked, attempt }: Asked, identity: Identity): EntryDraft {
    const answering = this.#answering;
    const answer = answering?.said ?? null;
    this.#asking.answered({ asked, attempt }, outcome, answer);
    const facts: ExchangeFacts = {
      exchangeId: this.#id,
      match: this.#match,
      request: this.#request,
      asked,
      attempt,
      scope: this.#scope,
      identity,
      response: answering?.response ?? null,
      answer,
      rawAnswer: () => answering?.rawDigest() ?? null,
      outcome,
      isRefused: this.#isRefused,
      begunAt: this.#begunAt,
      latencyMs,
      firstTokenMs: answering?.firstTokenMs ?? null,
      responseBytes: answering?.bytes ?? null,
    };
    return draftOfExchange(facts, this.#setting);
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#begun) * 1000) / 1000;
  }
}
