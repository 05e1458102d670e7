import type { RequestDescription } from "./endpoint.ts";
import { type Fields, listOf, nameOf, namesOf } from "./json-fields.ts";
import { namedModels } from "./named-models.ts";
import { parametersOf } from "./request-parameters.ts";
import { routingPolicyOf } from "./routing-policy.ts";
import { toolName } from "./tool-name.ts";

/**
 * What every inference request says in the same words; endpoints spread it before what is their own, `prompt` above all.
 *
 * @param parameters the names of parameters that this endpoint has beyond those of a chat completion
 */
export function inferenceRequest(body: Fields, parameters: readonly string[] = []): RequestDescription {
  return {
    model: nameOf(body.model),
    models: namedModels(body),
    stream: body.stream === true,
    claimed_user: nameOf(body.user),
    parameters: parametersOf(body, parameters),
    policy: routingPolicyOf(body),
    tools_offered: namesOf(listOf(body.tools).map(toolName)),
    opening: undefined,
    answered_calls: [],
    prompt: undefined,
  };
}
