import { chatCompletions } from "./chat-completions.ts";
import { completions } from "./completions.ts";
import type { Endpoint } from "./endpoint.ts";
import { messages } from "./messages.ts";
import { responses } from "./responses.ts";
import { RouteTable } from "./route-table.ts";
import { unknownEndpoint } from "./unknown-endpoint.ts";

const endpoints: readonly Endpoint[] = [chatCompletions, completions, responses, messages];

const routes = new RouteTable(
  endpoints.flatMap((endpoint) => endpoint.routes.map((route) => [route, endpoint])),
);

/** An endpoint, and the path it was asked for with `{id}` in place of what identifies something; null when it is not known. */
export interface EndpointMatch {
  readonly endpoint: Endpoint;
  readonly template: string | null;
}

/** The endpoint of a request; `unknown_endpoint` for one this library does not know. */
export function endpointOf(method: string, path: string): EndpointMatch {
  return routes.find(method, path) ?? { endpoint: unknownEndpoint, template: null };
}

/** The endpoint whose entries have this event type, or undefined. */
export function endpointNamed(eventType: string): Endpoint | undefined {
  return endpoints.find((endpoint) => endpoint.eventType === eventType);
}
