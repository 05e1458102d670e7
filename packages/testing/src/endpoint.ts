import type { Answer } from "./answer.ts";
import type { Caller, NeededKey } from "./authenticate.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ErrorSpecification } from "./error-catalogue.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { Service } from "./service.ts";

/** One request to one endpoint, with everything an answer may depend on. */
export interface Call {
  readonly service: Service;
  readonly request: RecordedRequest;
  /** The body as it arrived. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly behaviour: Behaviour;
  readonly caller: Caller;
  /** What stood in the path in place of each `{name}`, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Asks another endpoint in the caller's name, with a JSON body, on top of the given state. */
  ask(service: Service, path: string, body: unknown): Answer | Promise<Answer>;
}

/** One thing a client can ask the server for. */
export interface Endpoint {
  readonly method: string;
  /** From the root of the server. `{name}` stands for one segment, `{+name}` for one or several, e.g. `/api/v1/model/{+id}`. */
  readonly path: string;
  readonly key: NeededKey;
  /** Whether the key may also come as `x-api-key`. @default false */
  readonly takesApiKeyHeader?: boolean;
  answer(call: Call): Answer | Promise<Answer>;
  /** Words an error: a key that is not good, or a scripted one. @default OpenRouter's envelope, without a generation id */
  refuse?(call: Call, error: ErrorSpecification): Answer | Promise<Answer>;
}
