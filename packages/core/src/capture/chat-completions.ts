import type { CallParameters } from "../entry/entry.ts";
import { ChatAnswer } from "./chat-answer.ts";
import type { Endpoint, RequestDescription } from "./endpoint.ts";
import { type Fields, fieldsOf, listOf, nameOf, namesOf } from "./json-fields.ts";
import { routingPolicyOf } from "./routing-policy.ts";

/** POST /chat/completions. */
export const chatCompletions: Endpoint = {
  eventType: "chat_completion",
  matches: (method, path) => method === "POST" && path === "/chat/completions",
  describeRequest: describeChatRequest,
  readAnswer: () => new ChatAnswer(),
};

const plainParameters = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "top_a",
  "max_tokens",
  "max_completion_tokens",
  "seed",
  "n",
  "frequency_penalty",
  "presence_penalty",
  "repetition_penalty",
  "logprobs",
  "top_logprobs",
  "parallel_tool_calls",
  "reasoning_effort",
  "include_reasoning",
  "service_tier",
  "verbosity",
] as const;

function describeChatRequest(value: unknown): RequestDescription {
  const body = fieldsOf(value);
  return {
    model: nameOf(body.model),
    stream: body.stream === true,
    claimed_user: nameOf(body.user),
    parameters: parametersOf(body),
    policy: routingPolicyOf(body),
    tools_offered: namesOf(listOf(body.tools).map(toolName)),
    prompt: Array.isArray(body.messages) ? body.messages : undefined,
  };
}

function parametersOf(body: Fields): CallParameters {
  const parameters: Record<string, string | number | boolean> = {};
  const keep = (name: string, value: unknown) => {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      parameters[name] = value;
    else if (typeof value === "string") parameters[name] = nameOf(value) ?? "";
  };
  for (const name of plainParameters) keep(name, body[name]);
  const reasoning = fieldsOf(body.reasoning);
  keep("reasoning_effort", reasoning.effort);
  keep("reasoning_max_tokens", reasoning.max_tokens);
  keep("response_format", fieldsOf(body.response_format).type);
  keep("tool_choice", typeof body.tool_choice === "string" ? body.tool_choice : toolName(body.tool_choice));
  if (body.stop !== undefined && body.stop !== null)
    keep("stop_count", Array.isArray(body.stop) ? body.stop.length : 1);
  return parameters;
}

/** `function.name` of a function, the `type` of a server tool such as `openrouter:web_search`. */
function toolName(tool: unknown): unknown {
  const fields = fieldsOf(tool);
  return fieldsOf(fields.function).name ?? fieldsOf(fields.custom).name ?? fields.type;
}
