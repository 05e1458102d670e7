import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Identity, noContext } from "../audit-context.ts";
import type { EntryDraft, ServiceFacts } from "../entry/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Digester } from "../privacy/digest.ts";
import type { AuditScope } from "../scope.ts";
import type { Attempt, Attempts } from "./attempts.ts";
import { BodyReader } from "./bodies/body-reader.ts";
import type { BodyObserver } from "./bodies/observe-body.ts";
import type { SentBody } from "./bodies/sent-body.ts";
import { type DescribedRequest, describeRequest, undescribed } from "./described-request.ts";
import type { AnswerDescription, AnswerReader } from "./endpoints/endpoint.ts";
import type { EndpointMatch } from "./endpoints/endpoints.ts";
import { draftOfExchange, type ExchangeFacts, type ResponseHead } from "./exchange-entry.ts";
import { type Ending, type Outcome, outcomeOf } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { plannedCall } from "./planned-call.ts";
import type { PlannedCall, Refusal } from "./policy.ts";
import { scopeName } from "./scope-name.ts";
import type { Turns } from "./turns.ts";

/** What every exchange of one audit log shares. */
export interface ExchangeSetting {
  readonly journal: Journal;
  readonly digester: Digester;
  readonly attempts: Attempts;
  readonly turns: Turns;
  readonly service: ServiceFacts;
  /** Exchanges that have begun and are not yet recorded. */
  readonly running: Set<Exchange>;
}

/** What is known of a request as soon as its body is. */
interface Begun {
  readonly asked: DescribedRequest;
  readonly attempt: Attempt;
}

// A request whose body is a stream may be over before the stream is. A long file only takes its time.
const longestWaitMs = { stream: 1_000, file: 60_000 };

/** One HTTP exchange in, one entry out. */
export class Exchange implements BodyObserver {
  readonly #setting: ExchangeSetting;
  readonly #scope: AuditScope | null;
  readonly #match: EndpointMatch;
  readonly #request: OutgoingRequest;
  readonly #identity: Promise<Identity>;
  readonly #id = uuidv7();
  readonly #begunAt = new Date();
  readonly #begun = performance.now();
  #asked: Begun | Promise<Begun> | null = null;
  #response: ResponseHead | null = null;
  #answer: AnswerReader | null = null;
  #body: BodyReader | null = null;
  #said: AnswerDescription | null = null;
  #isRefused = false;
  #isUnobservable = false;
  #firstTokenMs: number | null = null;
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
    this.#identity = scope?.identity() ?? Promise.resolve(noContext);
    setting.running.add(this);
    // Once the request is on its way: the model takes longer than we do.
    if (!request.isReadLate) setImmediate(() => this.#read());
  }

  /** The call as it is known before it is sent. */
  async planned(): Promise<PlannedCall> {
    const asked = this.#request.isKnownBeforehand ? (await this.#read()).asked : undescribed;
    return plannedCall(this.#match, this.#request, asked, await this.#identity, this.#scope);
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
    const { status, ok, headers } = response;
    this.#response = { status, ok, headers };
    this.#read();
    this.#answer = this.#match.endpoint.readAnswer(status);
    this.#body = new BodyReader(this.#answer, headers.get("content-type"));
    // Nobody need be reading when the caller aborts: the entry is made all the same.
    const { signal } = this.#request;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#recorded || !this.#body || !this.#answer) return false;
    this.#body.add(bytes);
    if (this.#firstTokenMs === null && this.#body.isStream && this.#answer.begun)
      this.#firstTokenMs = this.#elapsed();
    return this.#answer.ended;
  }

  ended(how: Ending["how"], error?: unknown): Promise<void> {
    if (this.#recorded) return this.#recorded;
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#isUnobservable = how === "unobservable";
    this.#body?.end(how === "end");
    this.#said = this.#answer?.describe() ?? null;
    return this.#over(
      outcomeOf({
        how: this.#body?.unread && how === "end" ? "unread" : how,
        error,
        aborted: this.#request.signal?.aborted === true,
        httpStatus: this.#response?.status ?? null,
        answerError: this.#said?.error ?? null,
        answerEnded: this.#answer?.ended === true,
      }),
    );
  }

  readonly #onAbort = (): void => {
    this.ended("error", this.#request.signal?.reason).catch(() => undefined);
  };

  #over(outcome: Outcome): Promise<void> {
    this.#recorded ??= this.#record(outcome);
    return this.#recorded;
  }

  async #record(outcome: Outcome): Promise<void> {
    try {
      const latencyMs = this.#elapsed();
      const asked = this.#read();
      const begun = asked instanceof Promise ? await this.#readInTime(asked) : asked;
      await this.#setting.journal.append(this.#draft(outcome, latencyMs, begun, await this.#identity));
    } finally {
      this.#setting.running.delete(this);
    }
  }

  #readInTime(asked: Promise<Begun>): Promise<Begun> {
    return settledWithin(longestWaitMs[this.#request.isReadLate ? "file" : "stream"], asked, unread);
  }

  #draft(outcome: Outcome, latencyMs: number, { asked, attempt }: Begun, identity: Identity): EntryDraft {
    const answer = this.#said;
    this.#remember(asked, attempt, outcome);
    if (answer) this.#setting.turns.called(this.#scope, asked.opening, answer.call_ids, attempt);
    const facts: ExchangeFacts = {
      exchangeId: this.#id,
      match: this.#match,
      request: this.#request,
      asked,
      attempt,
      scope: this.#scope,
      identity,
      response: this.#response,
      answer,
      rawAnswer: () => this.#body?.rawDigest() ?? null,
      outcome,
      isRefused: this.#isRefused,
      begunAt: this.#begunAt,
      latencyMs,
      firstTokenMs: this.#firstTokenMs,
      responseBytes: this.#isUnobservable ? null : (this.#body?.bytes ?? null),
    };
    return draftOfExchange(facts, this.#setting);
  }

  #read(): Begun | Promise<Begun> {
    this.#asked ??= this.#begin();
    return this.#asked;
  }

  /** That a request cannot be described must cost nobody the call, nor the call its entry. */
  #begin(): Begun | Promise<Begun> {
    try {
      const body = this.#request.body();
      if (!(body instanceof Promise)) return this.#describe(body);
      return body.then((sent) => this.#describe(sent)).catch(unread);
    } catch {
      return unread();
    }
  }

  #describe(body: SentBody | null): Begun {
    const asked = describeRequest(this.#match.endpoint, body);
    const { attempts, turns } = this.#setting;
    const continued = turns.next(this.#scope, asked.opening, asked.said?.answered_calls ?? []);
    return { asked, attempt: attempts.begin(() => this.#key(asked), this.#request.retryCount, continued) };
  }

  #key(asked: DescribedRequest): string {
    const { method, url } = this.#request;
    const hash = createHash("sha256").update(`${scopeName(this.#scope)}\n${method}\n${url.href}\n`);
    return hash.update(asked.fingerprint()).digest("base64");
  }

  #remember(asked: DescribedRequest, attempt: Attempt, { http_status, status }: Outcome): void {
    const aborted = status === "aborted";
    const failed =
      http_status === null ? status === "error" : [408, 409, 429].includes(http_status) || http_status >= 500;
    if (failed || aborted) this.#setting.attempts.failed(this.#key(asked), attempt, aborted);
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#begun) * 1000) / 1000;
  }
}

/** Of a call that was over before its body was read, nobody can tell whether it repeats another. */
function unread(): Begun {
  return { asked: undescribed, attempt: { call_id: uuidv7(), turn: 1, attempt: 1 } };
}

async function settledWithin<T>(ms: number, promise: Promise<T>, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), ms).unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
