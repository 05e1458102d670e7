import { type Answer, errorAsAnswer, rawAnswer } from "./answer.ts";
import { authenticate, nobody } from "./authenticate.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Call } from "./endpoint.ts";
import { endpoints } from "./endpoint-table.ts";
import { errorAnswer } from "./error-answer.ts";
import type { ErrorSpecification } from "./error-catalogue.ts";
import { matchPath } from "./match-path.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { Service } from "./service.ts";

const inEnvelope = (specification: ErrorSpecification) => errorAsAnswer(errorAnswer(specification));

/** Finds the endpoint a request is meant for, checks the key it needs, and lets it answer. */
export function answerRequest(
  service: Service,
  request: RecordedRequest,
  bytes: Uint8Array<ArrayBuffer>,
  behaviour: Behaviour,
): Answer | Promise<Answer> {
  const { raw, error } = behaviour;
  if (raw) return rawAnswer(raw.status ?? 200, raw.headers ?? {}, raw.body ?? []);

  const url = new URL(request.url, "http://127.0.0.1");
  const found = findEndpoint(request.method, url.pathname);
  if (!found) return inEnvelope(error ?? "not_found");
  const { endpoint, parameters } = found;

  const caller = authenticate(request.headers, service.keys, endpoint);
  const refused = "error" in caller;
  const call: Call = {
    service,
    request,
    bytes,
    behaviour,
    caller: refused ? nobody : caller,
    parameters,
    query: url.searchParams,
    ask: (apart, path, body) => {
      const bodyText = JSON.stringify(body);
      const asked = { ...request, method: "POST", path, url: path, body, bodyText };
      return answerRequest(apart, asked, Buffer.from(bodyText), {});
    },
  };
  const refusal = refused ? caller.error : error;
  if (refusal === undefined) return endpoint.answer(call);
  return endpoint.refuse?.(call, refusal) ?? inEnvelope(refusal);
}

function findEndpoint(method: string, path: string) {
  for (const endpoint of endpoints) {
    const parameters = endpoint.method === method ? matchPath(endpoint.path, path) : undefined;
    if (parameters) return { endpoint, parameters };
  }
  return undefined;
}
