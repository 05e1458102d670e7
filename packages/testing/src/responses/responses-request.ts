import type { ChatMessage, ChatRequest } from "../chat-request.ts";

/** The parts of a Responses request that the fake looks at or repeats. */
export interface ResponsesRequest
  extends Pick<
    ChatRequest,
    "model" | "models" | "stream" | "reasoning" | "provider" | "debug" | "user" | "session_id"
  > {
  readonly input: string | readonly InputItem[];
  readonly instructions?: string | null;
  readonly max_output_tokens?: number | null;
  readonly tools?: readonly ResponsesTool[] | null;
  readonly tool_choice?:
    | "none"
    | "auto"
    | "required"
    | { readonly type: string; readonly name?: string }
    | null;
  readonly text?: { readonly format?: { readonly type: string; readonly schema?: unknown } } | null;
  readonly safety_identifier?: string | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly parallel_tool_calls?: boolean | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

interface ResponsesTool {
  readonly type: string;
  readonly name?: string;
  readonly parameters?: unknown;
}

interface InputItem {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly InputPart[] | null;
  readonly name?: string;
  readonly arguments?: string;
  readonly output?: string | readonly InputPart[];
}

interface InputPart {
  readonly type: string;
  readonly text?: string;
}

/** What is wrong with a body that is no Responses request, else `undefined`. OpenRouter keeps no state, and says so. */
export function complaintAboutResponses(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "Invalid JSON in request body";
  const { input, model, models, tools, store, previous_response_id } = body as Record<string, unknown>;
  const isList = Array.isArray(input);
  if (typeof input !== "string" && !isList) return "input: expected text or a list of items";
  const wrong = isList ? input.findIndex((item) => typeof item !== "object" || item === null) : -1;
  if (wrong >= 0) return `input.${wrong}: expected an object`;
  if (model !== undefined && typeof model !== "string") return "model: expected text";
  if (models !== undefined && !Array.isArray(models)) return "models: expected a list of model ids";
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) return "tools: expected a list";
  if (store === true) return "store: true is not supported";
  if (previous_response_id !== undefined && previous_response_id !== null)
    return "previous_response_id is not supported";
  return undefined;
}

/** The chat request that asks for the same as a Responses request. */
export function chatOfResponses(request: ResponsesRequest): ChatRequest {
  const { input, instructions, max_output_tokens, tools, tool_choice: choice, text } = request;
  const { safety_identifier, user, ...others } = request;
  const said: ChatMessage[] =
    typeof input === "string" ? [{ role: "user", content: input }] : input.flatMap(messageOf);
  const identity = safety_identifier ?? user;
  return {
    ...others,
    messages: instructions ? [{ role: "system", content: instructions }, ...said] : said,
    ...(max_output_tokens != null && { max_tokens: max_output_tokens }),
    tools: (tools ?? []).map(({ type, name = "", parameters }) => ({ type, function: { name, parameters } })),
    tool_choice: typeof choice === "object" ? { function: { name: choice?.name ?? "" } } : (choice ?? "auto"),
    response_format: text?.format
      ? { type: text.format.type, json_schema: { schema: text.format.schema } }
      : null,
    ...(identity != null && { user: identity }),
  };
}

function messageOf({ type, role, content, name, arguments: given, output }: InputItem): ChatMessage[] {
  if (role !== undefined) return [{ role, content: partsOf(content) }];
  if (type === "function_call")
    return [{ role: "assistant", content: null, tool_calls: [{ name, arguments: given }] }];
  if (type === "function_call_output") return [{ role: "tool", content: partsOf(output) }];
  return [];
}

function partsOf(content: InputItem["content"]): NonNullable<ChatMessage["content"]> {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ type, text }) => (text === undefined ? { type } : { type: "text", text }));
}
