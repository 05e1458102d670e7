import { type ChatMessage, type ChatRequest, messageText } from "../chat-request.ts";

/** The parts of a Messages request that the fake looks at. */
export interface MessagesRequest
  extends Pick<ChatRequest, "model" | "models" | "stream" | "provider" | "user" | "session_id"> {
  readonly messages: readonly { readonly role: string; readonly content?: Content }[];
  readonly max_tokens?: number;
  readonly system?: Content;
  readonly tools?: readonly MessagesTool[] | null;
  readonly tool_choice?: { readonly type: string; readonly name?: string } | null;
  readonly thinking?: { readonly type: string } | null;
  readonly output_config?: {
    readonly effort?: string;
    readonly format?: { readonly type: string; readonly schema?: unknown } | null;
  } | null;
  readonly fallbacks?: readonly { readonly model: string }[] | null;
  readonly metadata?: { readonly user_id?: string | null } | null;
}

interface MessagesTool {
  readonly type?: string;
  readonly name: string;
  readonly input_schema?: unknown;
}

type Content = string | readonly Block[] | null;

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly content?: Content;
}

/** The chat request that asks for the same as a Messages request. */
export function chatOfMessages(request: MessagesRequest): ChatRequest {
  const {
    system,
    tools,
    tool_choice: choice,
    thinking,
    output_config: output,
    fallbacks,
    metadata,
  } = request;
  const { model, models, stream, provider, max_tokens, session_id, user = metadata?.user_id } = request;
  const alternatives = models ?? fallbacks?.map((fallback) => fallback.model);
  const said = request.messages.flatMap(({ role, content }) => messagesOf(role, content));
  const thinks = thinking != null && thinking.type !== "disabled";
  return {
    ...(model !== undefined && { model }),
    ...(alternatives && { models: alternatives }),
    ...(stream !== undefined && { stream }),
    ...(provider !== undefined && { provider }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(session_id !== undefined && { session_id }),
    ...(user != null && { user }),
    messages: system ? [{ role: "system", content: partsOf(system) }, ...said] : said,
    // Only tools without a type, or with this one, are called by the model and run by the caller.
    tools: (tools ?? []).map(({ type = "custom", name, input_schema }) => ({
      type: type === "custom" ? "function" : type,
      function: { name, parameters: input_schema },
    })),
    tool_choice: toolChoice(choice),
    reasoning: thinks ? { enabled: true } : null,
    response_format: output?.format
      ? { type: output.format.type, json_schema: { schema: output.format.schema } }
      : null,
  };
}

function toolChoice(choice: MessagesRequest["tool_choice"]): NonNullable<ChatRequest["tool_choice"]> {
  if (choice?.type === "tool") return { function: { name: choice.name ?? "" } };
  return choice?.type === "none" ? "none" : choice?.type === "any" ? "required" : "auto";
}

function messagesOf(role: string, content: Content | undefined): ChatMessage[] {
  if (typeof content === "string" || content == null) return [{ role, content: content ?? "" }];
  const results = content.filter((block) => block.type === "tool_result");
  const calls = content.filter((block) => block.type === "tool_use");
  const others = content.filter((block) => !results.includes(block) && !calls.includes(block));
  const own: ChatMessage = { role, content: partsOf(others), ...(calls.length && { tool_calls: calls }) };
  return [
    // What a user says beside the results of tools comes before them here: the results are what is to be answered.
    ...(others.length || calls.length ? [own] : []),
    ...results.map((result) => ({ role: "tool", content: textOf(result.content) })),
  ];
}

function partsOf(content: Content | undefined): NonNullable<ChatMessage["content"]> {
  if (typeof content === "string") return content;
  return (content ?? [])
    .filter(({ type }) => type !== "thinking" && type !== "redacted_thinking")
    .map(({ type, text }) => (text === undefined ? { type } : { type: "text", text }));
}

const textOf = (content: Content | undefined) => messageText({ role: "tool", content: partsOf(content) });
