import { v7 as uuidv7 } from "uuid";
import { type Identity, noContext } from "../audit-context.ts";
import type { ServiceFacts } from "../entry/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Digester } from "../privacy/digest.ts";
import type { AuditScope } from "../scope.ts";
import type { Attempt, Attempts } from "./attempts.ts";
import { BodyReader } from "./body-reader.ts";
import type { AnswerDescription, AnswerReader, Endpoint } from "./endpoint.ts";
import { draftOfExchange, type ExchangeFacts } from "./exchange-entry.ts";
import type { BodyObserver } from "./observe-body.ts";
import { type Ending, type Outcome, outcomeOf } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { unknownEndpoint } from "./unknown-endpoint.ts";

/** What every exchange of one audit log shares. */
export interface ExchangeSetting {
  readonly journal: Journal;
  readonly digester: Digester;
  readonly attempts: Attempts;
  readonly service: ServiceFacts;
  /** Exchanges that have begun and are not yet recorded. */
  readonly running: Set<Exchange>;
}

/** What is known of a request as soon as its body is. */
interface Begun {
  readonly body: Buffer | null;
  readonly key: string;
  readonly attempt: Attempt | null;
}

// A request whose body is a stream may be over before the stream is.
const longestWaitMs = 1_000;

/** One HTTP exchange in, one entry out. */
export class Exchange implements BodyObserver {
  readonly #setting: ExchangeSetting;
  readonly #scope: AuditScope | null;
  readonly #endpoint: Endpoint;
  readonly #request: OutgoingRequest;
  readonly #identity: Promise<Identity>;
  readonly #sent: Promise<Begun>;
  readonly #id = uuidv7();
  readonly #begunAt = new Date();
  readonly #begun = performance.now();
  #response: Response | null = null;
  #answer: AnswerReader | null = null;
  #body: BodyReader | null = null;
  #firstTokenMs: number | null = null;
  #recorded: Promise<void> | null = null;

  constructor(
    setting: ExchangeSetting,
    scope: AuditScope | null,
    endpoint: Endpoint,
    request: OutgoingRequest,
  ) {
    this.#setting = setting;
    this.#scope = scope;
    this.#endpoint = endpoint;
    this.#request = request;
    this.#identity = scope?.identity() ?? Promise.resolve(noContext);
    this.#sent = this.#begin();
    setting.running.add(this);
  }

  /** Headers have arrived. */
  answered(response: Response): void {
    this.#response = response;
    this.#answer = this.#endpoint.readAnswer();
    this.#body = new BodyReader(this.#answer, response.headers.get("content-type"));
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
    this.#recorded ??= this.#record(how, error).finally(() => this.#setting.running.delete(this));
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    return this.#recorded;
  }

  readonly #onAbort = (): void => {
    this.ended("error", this.#request.signal?.reason).catch(() => undefined);
  };

  async #record(how: Ending["how"], error: unknown): Promise<void> {
    const latency_ms = this.#elapsed();
    const aborted = this.#request.signal?.aborted === true;
    const rawAnswer = this.#body?.end() ?? null;
    const answer = this.#answer?.describe() ?? null;
    const outcome = outcomeOf({
      how,
      error,
      aborted,
      httpStatus: this.#response?.status ?? null,
      answerError: answer?.error ?? null,
      answerEnded: this.#answerEnded(how, answer),
    });
    const [sent, identity] = await Promise.all([
      settledWithin(longestWaitMs, this.#sent, { body: null, key: "", attempt: null }),
      this.#identity,
    ]);
    this.#remember(sent, outcome);
    const facts: ExchangeFacts = {
      exchangeId: this.#id,
      endpoint: this.#endpoint,
      request: this.#request,
      body: sent.body,
      attempt: sent.attempt,
      scope: this.#scope,
      identity,
      response: this.#response,
      answer,
      rawAnswer,
      outcome,
      begunAt: this.#begunAt,
      latencyMs: latency_ms,
      firstTokenMs: this.#firstTokenMs,
      responseBytes: how === "unobservable" ? null : (this.#body?.bytes ?? null),
    };
    await this.#setting.journal.append(draftOfExchange(facts, this.#setting));
  }

  #answerEnded(how: Ending["how"], answer: AnswerDescription | null): boolean {
    if (this.#answer?.ended) return true;
    // A stream without [DONE] is whole when the model said that it had finished; of an unknown endpoint the end is all we know.
    return how === "end" && (this.#endpoint === unknownEndpoint || answer?.finish_reason != null);
  }

  async #begin(): Promise<Begun> {
    const { attempts } = this.#setting;
    const { method, url, retryCount } = this.#request;
    const body = await this.#request.body;
    const key = attempts.keyOf(this.#scope, method, url, body);
    return { body, key, attempt: attempts.begin(key, retryCount) };
  }

  #remember({ key, attempt }: Begun, { http_status, status }: Outcome): void {
    const aborted = status === "aborted";
    const failed =
      http_status === null ? status === "error" : [408, 409, 429].includes(http_status) || http_status >= 500;
    if (attempt && (failed || aborted)) this.#setting.attempts.failed(key, attempt, aborted);
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#begun) * 1000) / 1000;
  }
}

async function settledWithin<T>(ms: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, otherwise).unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
