import type { Identity } from "../audit-context.ts";
import type { AuditScope } from "../scope.ts";
import type { DescribedRequest } from "./described-request.ts";
import type { EndpointMatch } from "./endpoints/endpoints.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { PlannedCall } from "./policy.ts";
import { endpointPath } from "./targets.ts";

/** What a policy is told of a call. */
export function plannedCall(
  { endpoint, template }: EndpointMatch,
  { method, url }: OutgoingRequest,
  { said, bytes }: DescribedRequest,
  identity: Identity,
  scope: AuditScope | null,
): PlannedCall {
  return {
    ...identity,
    event_type: endpoint.eventType,
    method,
    endpoint: endpointPath(url.pathname, template),
    request: scope?.request() ?? null,
    metadata: scope?.metadata() ?? {},
    model: said?.model ?? null,
    models: said?.models ?? [],
    stream: said?.stream ?? null,
    parameters: said?.parameters ?? null,
    policy: said?.policy ?? null,
    tools_offered: said?.tools_offered ?? [],
    request_bytes: bytes,
  };
}
