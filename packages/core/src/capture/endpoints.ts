import { chatCompletions } from "./chat-completions.ts";
import type { Endpoint } from "./endpoint.ts";
import { unknownEndpoint } from "./unknown-endpoint.ts";

const endpoints: readonly Endpoint[] = [chatCompletions];

/** The endpoint of a request; `unknown_endpoint` for one this library does not know. */
export function endpointOf(method: string, path: string): Endpoint {
  return endpoints.find((endpoint) => endpoint.matches(method, path)) ?? unknownEndpoint;
}
