import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditScope } from "../scope.ts";
import type { Attempt, Attempts } from "./attempts.ts";
import type { SentBody } from "./bodies/sent-body.ts";
import { type DescribedRequest, describeRequest, undescribed } from "./described-request.ts";
import type { AnswerDescription, Endpoint } from "./endpoints/endpoint.ts";
import type { Outcome } from "./outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { Turns } from "./turns.ts";

/** What is known of a request as soon as its body is. */
export interface Asked {
  readonly asked: DescribedRequest;
  readonly attempt: Attempt;
}

// A request whose body is a stream may be over before the stream is. A long file only takes its time.
const longestWaitMs = { stream: 1_000, file: 60_000 };

/** The asking half of an exchange: what the request says, and which call it belongs to. */
export class Asking {
  readonly #calls: { readonly attempts: Attempts; readonly turns: Turns };
  readonly #scope: AuditScope | null;
  readonly #endpoint: Endpoint;
  readonly #request: OutgoingRequest;
  #asked: Asked | Promise<Asked> | null = null;
  #isLate = false;

  constructor(
    calls: { readonly attempts: Attempts; readonly turns: Turns },
    scope: AuditScope | null,
    endpoint: Endpoint,
    request: OutgoingRequest,
  ) {
    this.#calls = calls;
    this.#scope = scope;
    this.#endpoint = endpoint;
    this.#request = request;
  }

  /** At once where the body is at hand: promises would cost more than the reading. */
  read(): Asked | Promise<Asked> {
    this.#asked ??= this.#read();
    return this.#asked;
  }

  /** The same, but of a body that is still on its way only as long as it may take. */
  readInTime(): Asked | Promise<Asked> {
    const asked = this.read();
    if (!(asked instanceof Promise)) return asked;
    return settledWithin(longestWaitMs[this.#request.isReadLate ? "file" : "stream"], asked, () => {
      this.#isLate = true;
      // Of a body in two halves the other is cancelled only when ours is, and its source is read for as long.
      this.#request.letGo?.();
      return unread();
    });
  }

  /** What can be said of it before it is sent: null of a stream, and of a body that is slow to come. */
  beforehand(): Asked | null | Promise<Asked | null> {
    if (!this.#request.isKnownBeforehand) return null;
    const asked = this.read();
    return asked instanceof Promise ? settledWithin(longestWaitMs.stream, asked, () => null) : asked;
  }

  /** Remembers what a later request may go on with: a failure that is tried again, tools whose results come back. */
  answered({ asked, attempt }: Asked, outcome: Outcome, answer: AnswerDescription | null): void {
    const { attempts, turns } = this.#calls;
    const isAborted = outcome.status === "aborted";
    if (isAborted || isRepeated(outcome)) attempts.failed(this.#key(asked), attempt, isAborted);
    if (answer) turns.called(this.#scope, asked.opening, answer.call_ids, attempt);
  }

  /** That a request cannot be described must cost nobody the call, nor the call its entry. */
  #read(): Asked | Promise<Asked> {
    try {
      const body = this.#request.body();
      if (!(body instanceof Promise)) return this.#describe(body);
      // What comes too late must not take up a call that is waiting to be repeated.
      return body.then((sent) => (sent && !this.#isLate ? this.#describe(sent) : unread())).catch(unread);
    } catch {
      return unread();
    }
  }

  #describe(body: SentBody | null): Asked {
    const asked = describeRequest(this.#endpoint, body);
    const { attempts, turns } = this.#calls;
    const continued = turns.next(this.#scope, asked.opening, asked.said?.answered_calls ?? []);
    return { asked, attempt: attempts.begin(() => this.#key(asked), this.#request.retryCount, continued) };
  }

  #key(asked: DescribedRequest): string {
    const { method, url } = this.#request;
    const hash = createHash("sha256").update(`${this.#scope?.name ?? ""}\n${method}\n${url.href}\n`);
    return hash.update(asked.fingerprint()).digest("base64");
  }
}

/** Whether clients repeat a call that ended so. */
function isRepeated({ http_status, status }: Outcome): boolean {
  if (http_status === null) return status === "error";
  return [408, 409, 429].includes(http_status) || http_status >= 500;
}

/** Of a call that was over before its body was read, nobody can tell whether it repeats another. */
function unread(): Asked {
  return { asked: undescribed, attempt: { call_id: uuidv7(), turn: 1, attempt: 1 } };
}

async function settledWithin<T, Otherwise>(
  ms: number,
  promise: Promise<T>,
  otherwise: () => Otherwise,
): Promise<T | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), ms).unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
