import type { CallParameters } from "../../entry/entry.ts";
import { type Fields, fieldsOf, nameOf, namesOf } from "./json-fields.ts";
import { toolName } from "./tool-name.ts";

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

/**
 * The sampling and output parameters of a request: numbers, booleans and short strings, never texts.
 *
 * @param more the names that this endpoint has beyond those of a chat completion
 */
export function parametersOf(body: Fields, more: readonly string[] = []): CallParameters {
  const parameters: Record<string, string | number | boolean> = {};
  const keep = (name: string, value: unknown) => {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      parameters[name] = value;
    else if (typeof value === "string") parameters[name] = nameOf(value) ?? "";
  };
  for (const name of plainParameters) keep(name, body[name]);
  for (const name of more) keep(name, body[name]);
  const { reasoning, response_format, tool_choice, stop, modalities } = body;
  keep("reasoning_effort", fieldsOf(reasoning).effort);
  keep("reasoning_max_tokens", fieldsOf(reasoning).max_tokens);
  keep("reasoning_enabled", fieldsOf(reasoning).enabled);
  keep("reasoning_exclude", fieldsOf(reasoning).exclude);
  keep("reasoning_summary", fieldsOf(reasoning).summary);
  if (Array.isArray(modalities)) keep("modalities", namesOf(modalities).join(","));
  keep(
    "response_format",
    typeof response_format === "string" ? response_format : fieldsOf(response_format).type,
  );
  keep("tool_choice", typeof tool_choice === "string" ? tool_choice : toolName(tool_choice));
  if (stop !== undefined && stop !== null) keep("stop_count", Array.isArray(stop) ? stop.length : 1);
  return parameters;
}
